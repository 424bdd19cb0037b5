// The words that stand on the start page in every language of the kiosk at once: "welcome" and "now".

/** @type {Readonly<Record<string, {welcome: string, now: string}>>} By the code of the language. */
export const GREETINGS = Object.freeze({
  fi: { welcome: "Tervetuloa", now: "nyt" },
  sv: { welcome: "Välkommen", now: "nu" },
  en: { welcome: "Welcome", now: "now" },
  ru: { welcome: "Добро пожаловать", now: "сейчас" },
  uk: { welcome: "Ласкаво просимо", now: "зараз" },
  et: { welcome: "Tere tulemast", now: "praegu" },
  ar: { welcome: "أهلاً وسهلاً", now: "الآن" },
  fa: { welcome: "خوش آمدید", now: "اکنون" },
  prs: { welcome: "خوش آمدید", now: "اکنون" },
  ckb: { welcome: "بەخێربێن", now: "ئێستا" },
  kmr: { welcome: "Bi xêr hatî", now: "niha" },
  so: { welcome: "Soo dhowow", now: "hadda" },
  sw: { welcome: "Karibu", now: "sasa" },
  ps: { welcome: "ښه راغلاست", now: "اوس" },
  th: { welcome: "ยินดีต้อนรับ", now: "ตอนนี้" },
  vi: { welcome: "Chào mừng", now: "bây giờ" },
  zh: { welcome: "欢迎", now: "现在" },
  tr: { welcome: "Hoş geldiniz", now: "şimdi" },
  fr: { welcome: "Bienvenue", now: "maintenant" },
  es: { welcome: "Bienvenidos", now: "ahora" },
  sq: { welcome: "Mirë se vini", now: "tani" },
  ti: { welcome: "እንቋዕ ብደሓን መጻእኩም", now: "ሕጂ" },
});
