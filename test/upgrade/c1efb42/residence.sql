-- Made by test/upgrade/fill.ts; everybody in it is invented.
CREATE TABLE ledger (
    number INTEGER PRIMARY KEY, act TEXT NOT NULL, subject TEXT NOT NULL, idempotencyKey TEXT, at TEXT NOT NULL, received INTEGER NOT NULL);
CREATE TABLE orders (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, alias TEXT UNIQUE, body TEXT NOT NULL, state TEXT NOT NULL,
    receivedAt TEXT NOT NULL, readyAt TEXT NOT NULL, received INTEGER NOT NULL, outcome TEXT, supplements INTEGER NOT NULL DEFAULT 0,
    reason TEXT, until TEXT, result TEXT, effect INTEGER);
CREATE INDEX ordersAtWork ON orders (readyAt) WHERE state = 'working';
INSERT INTO "ledger" VALUES (1, 'registerResidence', '089325997876', '000.00.00.H01-250303-0001.residence', '2025-03-03T01:02:46.581Z', 1);
INSERT INTO "orders" VALUES (1, '000.00.00.H01-250303-0001.residence', NULL, '{"maYeuCau":"000.00.00.H01-250303-0001.residence","maHoSoLT":"000.00.00.H01-250303-0001","soDinhDanh":"089325997876","hoTen":"Phạm An Bình","ngaySinh":"26/02/2025","chuHo":{"soDinhDanh":"089066431501","dongY":true},"diaChi":{"maXa":"30325","chiTiet":"Số 1, đường Hoa Giấy, khóm 3 (dữ liệu giả lập)"}}', 'done', '2025-03-03T01:01:46.581Z', '2025-03-03T01:02:46.581Z', 1, NULL, 0, NULL, NULL, '{"soThongBao":"1/2025/TB-CT08","ngayDangKy":"03/03/2025","soDinhDanh":"089325997876","maXa":"30325","chiTiet":"Số 1, đường Hoa Giấy, khóm 3 (dữ liệu giả lập)"}', 1);
