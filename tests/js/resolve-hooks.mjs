// "shared/…" is web/static/shared; bare names are looked up from web/, where npm put them.
const web = new URL("../../web/", import.meta.url);

/** @param {string} specifier @param {any} context @param {any} next */
export async function resolve(specifier, context, next) {
  if (specifier.startsWith("shared/")) return next(new URL(`static/${specifier}`, web).href, context);
  if (/^[@a-z]/.test(specifier) && !specifier.includes(":")) return next(specifier, { ...context, parentURL: new URL("package.json", web).href });
  return next(specifier, context);
}
