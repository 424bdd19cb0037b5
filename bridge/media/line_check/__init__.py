"""The line check: a browser calls Gloria's own end and both measure the line.

```
page ──POST offer──▶ bridge ──PUBLISH──▶ gloria line-check ──stdin──▶ one process a call (aiortc)
     ◀───answer────        ◀──PUBLISH───                  ◀─stdout──
     ◀══════════════ picture, sound, report: direct, relay or TURN ═══▶
```

`offers` reads what a page sends (pure) · `asking` is the bridge's side of the way through Redis · `serving` the other,
`gloria line-check` · `call` our end of one call · `signals` what it shows and plays · `results` what is kept.
Descriptions travel by PUBLISH, which no server writes to a disk.
"""
