// The words that stand on the start page in every language of the kiosk at once: "welcome", and whether somebody is there
// ("now", "now, with an interpreter", "not now", "closed now"), by the names of DUTY.

/** @type {Readonly<Record<string, {welcome: string, now: string, interpreted: string, later: string, closed: string}>>} By the code of the language. */
export const GREETINGS = Object.freeze({
  fi: { welcome: "Tervetuloa", now: "nyt", later: "ei nyt", interpreted: "nyt, tulkin kanssa", closed: "suljettu nyt" },
  sv: { welcome: "Välkommen", now: "nu", later: "inte nu", interpreted: "nu, med tolk", closed: "stängt nu" },
  en: { welcome: "Welcome", now: "now", later: "not now", interpreted: "now, with an interpreter", closed: "closed now" },
  ru: { welcome: "Добро пожаловать", now: "сейчас", later: "сейчас нет", interpreted: "сейчас, с переводчиком", closed: "сейчас закрыто" },
  uk: { welcome: "Ласкаво просимо", now: "зараз", later: "зараз немає", interpreted: "зараз, з перекладачем", closed: "зараз зачинено" },
  et: { welcome: "Tere tulemast", now: "praegu", later: "praegu mitte", interpreted: "praegu, tõlgiga", closed: "praegu suletud" },
  ar: { welcome: "أهلاً وسهلاً", now: "الآن", later: "ليس الآن", interpreted: "الآن، مع مترجم", closed: "مغلق الآن" },
  fa: { welcome: "خوش آمدید", now: "اکنون", later: "اکنون نه", interpreted: "اکنون، با مترجم", closed: "اکنون بسته است" },
  prs: { welcome: "خوش آمدید", now: "اکنون", later: "اکنون نه", interpreted: "اکنون، با ترجمان", closed: "اکنون بسته است" },
  ckb: { welcome: "بەخێربێن", now: "ئێستا", later: "ئێستا نا", interpreted: "ئێستا، لەگەڵ وەرگێڕ", closed: "ئێستا داخراوە" },
  kmr: { welcome: "Bi xêr hatî", now: "niha", later: "niha na", interpreted: "niha, bi wergêr", closed: "niha girtî ye" },
  so: { welcome: "Soo dhowow", now: "hadda", later: "hadda maya", interpreted: "hadda, turjubaan leh", closed: "hadda waa xiran" },
  sw: { welcome: "Karibu", now: "sasa", later: "si sasa", interpreted: "sasa, na mkalimani", closed: "sasa imefungwa" },
  ps: { welcome: "ښه راغلاست", now: "اوس", later: "اوس نه", interpreted: "اوس، د ژباړونکي سره", closed: "اوس بند دی" },
  th: { welcome: "ยินดีต้อนรับ", now: "ตอนนี้", later: "ยังไม่มี", interpreted: "ตอนนี้ มีล่าม", closed: "ตอนนี้ปิด" },
  vi: { welcome: "Chào mừng", now: "bây giờ", later: "chưa có", interpreted: "bây giờ, có phiên dịch", closed: "hiện đang đóng" },
  zh: { welcome: "欢迎", now: "现在", later: "现在没有", interpreted: "现在，有口译", closed: "现在关闭" },
  tr: { welcome: "Hoş geldiniz", now: "şimdi", later: "şimdi yok", interpreted: "şimdi, tercümanla", closed: "şimdi kapalı" },
  fr: { welcome: "Bienvenue", now: "maintenant", later: "pas maintenant", interpreted: "maintenant, avec interprète", closed: "fermé maintenant" },
  es: { welcome: "Bienvenidos", now: "ahora", later: "ahora no", interpreted: "ahora, con intérprete", closed: "cerrado ahora" },
  sq: { welcome: "Mirë se vini", now: "tani", later: "jo tani", interpreted: "tani, me përkthyes", closed: "tani mbyllur" },
  ti: { welcome: "እንቋዕ ብደሓን መጻእኩም", now: "ሕጂ", later: "ሕጂ የለን", interpreted: "ሕጂ፡ ምስ ተርጓሚ", closed: "ሕጂ ዕጹው" },
});
