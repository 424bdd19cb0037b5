"""Tests: actors (who speak whole sentences), unit, contract, scenarios, media, browser, js, bench."""
