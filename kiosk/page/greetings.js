// The words that stand on the start page in every language of the kiosk at once: "welcome", "now" and "not now".

/** @type {Readonly<Record<string, {welcome: string, now: string, later: string}>>} By the code of the language. */
export const GREETINGS = Object.freeze({
  fi: { welcome: "Tervetuloa", now: "nyt", later: "ei nyt" },
  sv: { welcome: "Välkommen", now: "nu", later: "inte nu" },
  en: { welcome: "Welcome", now: "now", later: "not now" },
  ru: { welcome: "Добро пожаловать", now: "сейчас", later: "сейчас нет" },
  uk: { welcome: "Ласкаво просимо", now: "зараз", later: "зараз немає" },
  et: { welcome: "Tere tulemast", now: "praegu", later: "praegu mitte" },
  ar: { welcome: "أهلاً وسهلاً", now: "الآن", later: "ليس الآن" },
  fa: { welcome: "خوش آمدید", now: "اکنون", later: "اکنون نه" },
  prs: { welcome: "خوش آمدید", now: "اکنون", later: "اکنون نه" },
  ckb: { welcome: "بەخێربێن", now: "ئێستا", later: "ئێستا نا" },
  kmr: { welcome: "Bi xêr hatî", now: "niha", later: "niha na" },
  so: { welcome: "Soo dhowow", now: "hadda", later: "hadda maya" },
  sw: { welcome: "Karibu", now: "sasa", later: "si sasa" },
  ps: { welcome: "ښه راغلاست", now: "اوس", later: "اوس نه" },
  th: { welcome: "ยินดีต้อนรับ", now: "ตอนนี้", later: "ยังไม่มี" },
  vi: { welcome: "Chào mừng", now: "bây giờ", later: "chưa có" },
  zh: { welcome: "欢迎", now: "现在", later: "现在没有" },
  tr: { welcome: "Hoş geldiniz", now: "şimdi", later: "şimdi yok" },
  fr: { welcome: "Bienvenue", now: "maintenant", later: "pas maintenant" },
  es: { welcome: "Bienvenidos", now: "ahora", later: "ahora no" },
  sq: { welcome: "Mirë se vini", now: "tani", later: "jo tani" },
  ti: { welcome: "እንቋዕ ብደሓን መጻእኩም", now: "ሕጂ", later: "ሕጂ የለን" },
});
