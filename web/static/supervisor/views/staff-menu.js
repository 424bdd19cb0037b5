// What the supervisor can set of one staff member.
import { all } from "shared/desk.js";
import { t } from "shared/locale.js";
import { presenceWords, roleWords } from "shared/staff.js";
import { html } from "shared/ui.js";
import { PRESENCE } from "shared/wire.gen.js";
import { endedBySetting, staffActs } from "../hand.js";
import { Menu, MenuAct } from "./menu.js";

/** @param {import("../main.js").Board & {known: import("shared/desk.js").Desk}} props */
export function StaffMenu(props) {
  const { known, menu, actions } = props;
  const staff = all(known, "board_staff").find(({ id }) => id === menu.value?.id);
  if (!staff) return null;
  const { blocked, presences } = staffActs(staff);
  const ends = endedBySetting(staff);
  const set = async (/** @type {import("shared/wire.gen.js").SetStaff["presence"]} */ presence) => {
    const opened = menu.value;
    if ((await actions.setStaff(staff, presence)) && menu.value === opened) menu.value = null;
  };
  const looks = {
    [PRESENCE.AVAILABLE]: ["circle-check", t("Set available"), t("Calls are offered to them from now on.")],
    [PRESENCE.AWAY]: ["coffee", t("Set away"), t("They are offered nothing until they come back.")],
    [PRESENCE.OFFLINE]: ["log-out", t("Set off duty"), t("They are offered nothing until they go available again.")],
  };
  return html`<${Menu} ...${props} title=${staff.name} note=${`${roleWords(staff.role)} · ${presenceWords(staff.presence)}`} step=${blocked ?? "presences"}>
    ${blocked
      ? html`<p>${t("Nobody is taken out of a call: you can set this as soon as it is over.")}</p>`
      : html`${ends && html`<p class="small" data-ends=${ends}>${endsWords(ends)}</p>`}
        <div class="menu-acts">
          ${presences.map(
            (one, index) => html`<${MenuAct}
              key=${one.presence}
              icon=${looks[one.presence][0]}
              words=${looks[one.presence][1]}
              hint=${looks[one.presence][2]}
              blocked=${one.blocked ? t("No console of theirs is open, so nothing would ring.") : ""}
              action=${`set-${one.presence}`}
              first=${index === 0}
              onClick=${() => set(one.presence)}
            />`,
          )}
        </div>`}
  <//>`;
}

/** @param {NonNullable<ReturnType<typeof endedBySetting>>} ends */
function endsWords(ends) {
  return {
    [PRESENCE.RINGING]: t("A call rings at them now. When you set something else, it goes on to another advisor."),
    [PRESENCE.SERVING]: t("They serve somebody at the desk now. When you set something else, that counts as over and has no wrap-up."),
    [PRESENCE.WRAP_UP]: t("They are wrapping up. When you set something else, the wrap-up is closed as it is."),
  }[ends];
}
