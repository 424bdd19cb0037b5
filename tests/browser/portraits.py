"""Drawn people for Chromium's fake camera, so that pictures of a call show a call: two Motion JPEG files."""

import base64
from pathlib import Path

from playwright.async_api import Browser

FRAMES = 24

# Flat drawings, 1280 by 720; {dy} moves the head a little, so that it is a moving picture.
ADVISOR = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720">
  <rect width="1280" height="720" fill="#e9e2d6"/><rect x="60" y="60" width="330" height="250" rx="10" fill="#cfe0ea"/>
  <path d="M60 250l110-80 90 60 70-40 60 40v80H60z" fill="#a9c3b1"/><rect x="950" y="90" width="260" height="16" fill="#b98f66"/>
  <g fill="#7d8fa3"><rect x="965" y="20" width="28" height="70"/><rect x="998" y="34" width="22" height="56" fill="#c7754a"/>
  <rect x="1026" y="14" width="34" height="76" fill="#4d6a86"/><rect x="1066" y="40" width="20" height="50" fill="#d9b36c"/></g>
  <path d="M960 560c-10-90 20-170 60-190 40 20 70 100 60 190z" fill="#6f9a7a"/><rect x="985" y="550" width="70" height="80" fill="#c98a5a"/>
  <g transform="translate(0 {dy})"><path d="M380 760c0-190 110-250 260-250s260 60 260 250z" fill="#20456f"/>
  <path d="M640 110c-130 0-185 95-185 215 0 130 40 260 185 300 145-40 185-170 185-300 0-120-55-215-185-215z" fill="#2f6b74"/>
  <path d="M640 175c-88 0-128 62-128 150 0 105 58 190 128 190s128-85 128-190c0-88-40-150-128-150z" fill="#d9a27e"/>
  <path d="M512 300c10-80 60-130 128-130s118 50 128 130c-30-50-70-75-128-75s-98 25-128 75z" fill="#2f6b74"/>
  <g fill="#33241c"><ellipse cx="590" cy="330" rx="11" ry="13"/><ellipse cx="690" cy="330" rx="11" ry="13"/></g>
  <g stroke="#33241c" stroke-width="8" stroke-linecap="round" fill="none"><path d="M566 298q24-14 46 0M668 298q24-14 46 0"/></g>
  <path d="M640 340l-12 50h22" stroke="#b97f5c" stroke-width="6" fill="none" stroke-linecap="round"/>
  <path d="M596 428q44 40 88 0" stroke="#8c3f39" stroke-width="10" fill="none" stroke-linecap="round"/>
  <path d="M480 560c60 60 260 60 320 0l-20 90c-70 40-210 40-280 0z" fill="#28606a"/></g></svg>"""

VISITOR = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720">
  <rect width="1280" height="720" fill="#f0ece4"/><g fill="#b7a88f"><rect x="0" y="150" width="1280" height="14"/>
  <rect x="0" y="380" width="1280" height="14"/></g><g>
  <rect x="40" y="40" width="40" height="110" fill="#6d8aa6"/><rect x="84" y="60" width="30" height="90" fill="#c06a4d"/>
  <rect x="118" y="30" width="46" height="120" fill="#7f9c84"/><rect x="168" y="52" width="34" height="98" fill="#d7b56d"/>
  <rect x="1040" y="34" width="44" height="116" fill="#c06a4d"/><rect x="1088" y="56" width="32" height="94" fill="#6d8aa6"/>
  <rect x="1124" y="40" width="40" height="110" fill="#d7b56d"/><rect x="60" y="270" width="36" height="110" fill="#7f9c84"/>
  <rect x="100" y="286" width="44" height="94" fill="#6d8aa6"/><rect x="1080" y="262" width="40" height="118" fill="#7f9c84"/>
  <rect x="1124" y="290" width="30" height="90" fill="#c06a4d"/></g>
  <g transform="translate(0 {dy})"><path d="M370 760c0-180 110-240 270-240s270 60 270 240z" fill="#8a5a3c"/>
  <path d="M575 470h130v90q-65 50-130 0z" fill="#a8714c"/>
  <path d="M640 140c-100 0-140 70-140 170 0 120 60 210 140 210s140-90 140-210c0-100-40-170-140-170z" fill="#b97f58"/>
  <path d="M495 310c-15-130 50-205 145-205s165 70 145 205c-12-60-40-90-60-100-60 20-130 20-170 0-25 15-50 45-60 100z" fill="#1f1713"/>
  <path d="M508 380c10 110 60 165 132 165s122-55 132-165c-20 55-60 70-132 70s-112-15-132-70z" fill="#1f1713"/>
  <g fill="#1f1713"><ellipse cx="588" cy="325" rx="11" ry="13"/><ellipse cx="692" cy="325" rx="11" ry="13"/></g>
  <g stroke="#1f1713" stroke-width="9" stroke-linecap="round" fill="none"><path d="M562 294q26-12 50 2M668 296q26-14 50-2"/></g>
  <path d="M640 335l-14 52h26" stroke="#96603d" stroke-width="6" fill="none" stroke-linecap="round"/>
  <path d="M604 432q36 22 72 0" stroke="#7d3b34" stroke-width="9" fill="none" stroke-linecap="round"/></g></svg>"""


async def draw(browser: Browser, drawing: str, path: Path) -> None:
    """Write the drawing as a Motion JPEG file that Chromium's fake camera can play."""
    page = await browser.new_page(viewport={"width": 1280, "height": 720})
    frames = b""
    for frame in range(FRAMES):
        move = round(4 * abs(2 * frame / FRAMES - 1), 2)
        source = base64.b64encode(drawing.replace("{dy}", str(move)).encode()).decode()
        jpeg = await page.evaluate(
            """async (source) => {
              const image = new Image();
              image.src = `data:image/svg+xml;base64,${source}`;
              await image.decode();
              const canvas = document.createElement("canvas");
              [canvas.width, canvas.height] = [1280, 720];
              canvas.getContext("2d").drawImage(image, 0, 0, 1280, 720);
              return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
            }""",
            source,
        )
        frames += base64.b64decode(jpeg)
    path.write_bytes(frames)
    await page.close()
