// A language with its name in the page's words first, as the page's language writes it.
import { html } from "shared/ui.js";
import { LanguageLabel } from "shared/staff-bar.js";
import { languageEntry, languageName } from "shared/staff.js";

/** Where both names are the same word, the page's way of writing it: "suomi" beside "arabia". @param {{boot: import("shared/page.js").Boot, code: string}} props */
export function Language({ boot, code }) {
  const name = languageName(boot, code);
  const same = name.toLowerCase() === languageEntry(boot, code).endonym.toLowerCase();
  return same ? html`<span class="language">${name}</span>` : html`<${LanguageLabel} boot=${boot} code=${code} />`;
}
