-- Made by test/upgrade/fill.ts; everybody in it is invented.
CREATE TABLE ledger (
    number INTEGER PRIMARY KEY, act TEXT NOT NULL, subject TEXT NOT NULL, idempotencyKey TEXT, at TEXT NOT NULL, received INTEGER NOT NULL);
