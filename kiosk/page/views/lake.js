// A calm picture for the time of waiting: a lake, woods, a low sun. Only shapes; its colours are in kiosk.css.
import { html } from "shared/ui.js";

export function Lake() {
  return html`<svg class="lake" viewBox="0 0 1080 640" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
    <rect class="lake-sky" width="1080" height="640" />
    <circle class="lake-sun" cx="780" cy="270" r="104" />
    <path class="lake-far" d="M0 336C120 292 214 284 330 312S560 348 676 318 900 272 1080 322V400H0Z" />
    <path class="lake-near" d="M0 372C90 350 190 346 300 364S480 392 560 388 470 404 0 406ZM1080 360C1000 344 920 350 840 372S700 398 640 398H1080Z" />
    <rect class="lake-water" y="396" width="1080" height="244" />
    <path class="lake-shine" d="M690 424H872M716 456H846M664 492H900M732 532H830M690 580H868" />
    <path class="lake-wave" d="M90 440H260M150 486H236M330 520H470M60 566H180M420 600H520M960 470H1040M930 560H1050" />
  </svg>`;
}
