// "Welcome", in every language of the kiosk: the one text that is there in all of them at once.

/** @type {Readonly<Record<string, string>>} By the code of the language. */
export const GREETINGS = Object.freeze({
  fi: "Tervetuloa",
  sv: "Välkommen",
  en: "Welcome",
  ru: "Добро пожаловать",
  uk: "Ласкаво просимо",
  et: "Tere tulemast",
  ar: "أهلاً وسهلاً",
  fa: "خوش آمدید",
  prs: "خوش آمدید",
  ckb: "بەخێربێن",
  kmr: "Bi xêr hatî",
  so: "Soo dhowow",
  sw: "Karibu",
  ps: "ښه راغلاست",
  th: "ยินดีต้อนรับ",
  vi: "Chào mừng",
  zh: "欢迎",
  tr: "Hoş geldiniz",
  fr: "Bienvenue",
  es: "Bienvenidos",
  sq: "Mirë se vini",
  ti: "እንቋዕ ብደሓን መጻእኩም",
});
