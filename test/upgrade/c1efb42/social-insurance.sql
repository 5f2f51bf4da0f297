-- Made by test/upgrade/fill.ts; everybody in it is invented.
CREATE TABLE callbacks (
    key TEXT PRIMARY KEY, url TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL, nextAt TEXT NOT NULL, arrivedAt TEXT);
CREATE TABLE cards (
    personalId TEXT PRIMARY KEY, insuranceNumber TEXT NOT NULL UNIQUE, validFrom TEXT NOT NULL, validTo TEXT NOT NULL, facility TEXT NOT NULL, "order" INTEGER NOT NULL);
CREATE TABLE ledger (
    number INTEGER PRIMARY KEY, act TEXT NOT NULL, subject TEXT NOT NULL, idempotencyKey TEXT, at TEXT NOT NULL, received INTEGER NOT NULL);
CREATE TABLE orders (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, alias TEXT UNIQUE, body TEXT NOT NULL, state TEXT NOT NULL,
    receivedAt TEXT NOT NULL, readyAt TEXT NOT NULL, received INTEGER NOT NULL, outcome TEXT, supplements INTEGER NOT NULL DEFAULT 0,
    reason TEXT, until TEXT, result TEXT, effect INTEGER);
CREATE INDEX ordersAtWork ON orders (readyAt) WHERE state = 'working';
INSERT INTO "callbacks" VALUES ('000.00.00.H01-250303-0001.healthCard', 'http://127.0.0.1:42921/callbacks/social-insurance/xnfpKQf4BWQ8X4wMuA9Tetol', '{"maYeuCau":"000.00.00.H01-250303-0001.healthCard","trangThai":4,"soThe":"TE1898999169662","tuNgay":"26/02/2025","denNgay":"30/09/2031","maCoSoKCB":"89001"}', 1, '2025-03-03T01:02:46.823Z', '2025-03-03T01:02:46.855Z');
INSERT INTO "cards" VALUES ('089325997876', '8999169662', '2025-02-26', '2031-09-30', '89001', 1);
INSERT INTO "ledger" VALUES (1, 'issueHealthCard', '089325997876', '000.00.00.H01-250303-0001.healthCard', '2025-03-03T01:02:46.607Z', 1);
INSERT INTO "orders" VALUES (1, '000.00.00.H01-250303-0001.healthCard', NULL, '{"maYeuCau":"000.00.00.H01-250303-0001.healthCard","soDinhDanh":"089325997876","hoTen":"Phạm An Bình","ngaySinh":"26/02/2025","maXa":"30325","maCoSoKCB":"89001","callbackUrl":"http://127.0.0.1:42921/callbacks/social-insurance/xnfpKQf4BWQ8X4wMuA9Tetol"}', 'done', '2025-03-03T01:01:46.607Z', '2025-03-03T01:02:46.607Z', 1, NULL, 0, NULL, NULL, '{"number":"TE1898999169662","validFrom":"2025-02-26","validTo":"2031-09-30","facility":"89001","benefit":"1","order":1}', 1);
INSERT INTO "orders" VALUES (2, '000.00.00.H01-250303-0002.healthCard', NULL, '{"maYeuCau":"000.00.00.H01-250303-0002.healthCard","soDinhDanh":"089325992343","hoTen":"Trần An Bình","ngaySinh":"26/02/2025","maXa":"30301","maCoSoKCB":"89001","callbackUrl":"http://127.0.0.1:42921/callbacks/social-insurance/7uMsq83tIxOnlPdJXMrUHFe9"}', 'working', '2025-03-03T01:04:47.401Z', '2025-03-03T01:05:47.401Z', 1, NULL, 0, NULL, NULL, NULL, NULL);
