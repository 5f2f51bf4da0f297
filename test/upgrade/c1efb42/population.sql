-- Made by test/upgrade/fill.ts; everybody in it is invented.
CREATE TABLE deaths (personalId TEXT PRIMARY KEY, date TEXT NOT NULL);
CREATE TABLE homes (personalId TEXT PRIMARY KEY, key TEXT NOT NULL, effect INTEGER NOT NULL, home TEXT NOT NULL);
CREATE TABLE ledger (
    number INTEGER PRIMARY KEY, act TEXT NOT NULL, subject TEXT NOT NULL, idempotencyKey TEXT, at TEXT NOT NULL, received INTEGER NOT NULL);
CREATE TABLE newborns (personalId TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, motherId TEXT, effect INTEGER NOT NULL, citizen TEXT NOT NULL);
CREATE TABLE questions (
    number INTEGER PRIMARY KEY, requestId TEXT NOT NULL, procedure TEXT NOT NULL, officer TEXT NOT NULL, matched INTEGER NOT NULL, at TEXT NOT NULL);
CREATE INDEX newbornsOfMother ON newborns (motherId);
INSERT INTO "homes" VALUES ('089325997876', '000.00.00.H01-250303-0001.residence', 2, '{"residence":{"commune":"30325","detail":"Số 1, đường Hoa Giấy, khóm 3 (dữ liệu giả lập)"},"headId":"089066431501","headRelation":"Cháu","householdNumber":"303250001"}');
INSERT INTO "ledger" VALUES (1, 'registerNewborn', '089325997876', '000.04.24.H01-250303-0001/000.00.00.H01-250303-0001', '2025-03-03T01:01:31.161Z', 1);
INSERT INTO "ledger" VALUES (2, 'setResidence', '089325997876', '000.00.00.H01-250303-0001.residence', '2025-03-03T01:02:46.581Z', 1);
INSERT INTO "ledger" VALUES (3, 'registerNewborn', '089325992343', '000.09.23.H01-250303-0001/000.00.00.H01-250303-0002', '2025-03-03T01:04:32.069Z', 1);
INSERT INTO "newborns" VALUES ('089325997876', '000.04.24.H01-250303-0001/000.00.00.H01-250303-0001', '089196553214', 1, '{"fullName":"Phạm An Bình","sex":"FEMALE","birthDate":"2025-02-26","ethnicity":"Kinh","nationality":"Việt Nam","fatherId":"089094182643","motherId":"089196553214","hometown":{"province":"089","detail":"tỉnh An Giang (dữ liệu giả lập)"},"personalId":"089325997876","maritalStatus":"SINGLE","bornIn":{"commune":"30325"}}');
INSERT INTO "newborns" VALUES ('089325992343', '000.09.23.H01-250303-0001/000.00.00.H01-250303-0002', '089304304356', 3, '{"fullName":"Trần An Bình","sex":"FEMALE","birthDate":"2025-02-26","ethnicity":"Kinh","nationality":"Việt Nam","fatherId":"091097923785","motherId":"089304304356","hometown":{"province":"091","detail":"tỉnh Kiên Giang (dữ liệu giả lập)"},"personalId":"089325992343","maritalStatus":"SINGLE","bornIn":{"commune":"30301"}}');
INSERT INTO "questions" VALUES (1, '01955984-5917-7b2a-a2f8-34546b489c5f', '2.002621', '089085731781', 1, '2025-03-03T01:00:00.759Z');
INSERT INTO "questions" VALUES (2, '01955984-591b-72de-92b0-cf2603db91f5', '2.002621', '089085731781', 1, '2025-03-03T01:00:00.786Z');
INSERT INTO "questions" VALUES (3, '01955984-591b-7931-8d47-830090c3e16c', '2.002621', '089085731781', 1, '2025-03-03T01:00:00.814Z');
INSERT INTO "questions" VALUES (4, '01955987-57fb-76ec-b96b-24b8c69dad4b', '2.002621', '089085731781', 1, '2025-03-03T01:03:16.999Z');
INSERT INTO "questions" VALUES (5, '01955987-57fb-71d8-90d8-0aa9f3ee4dd1', '2.002621', '089085731781', 1, '2025-03-03T01:03:17.003Z');
INSERT INTO "questions" VALUES (6, '01955988-f3fc-7529-bade-93c676497abe', '2.002621', '089085731781', 1, '2025-03-03T01:05:02.475Z');
INSERT INTO "questions" VALUES (7, '01955988-f3fd-767d-b323-ad86b4000ca1', '2.002621', '089085731781', 1, '2025-03-03T01:05:02.482Z');
INSERT INTO "questions" VALUES (8, '01955988-f3fd-7b16-b3ec-5b181aa0811a', '2.002621', '089085731781', 1, '2025-03-03T01:05:02.485Z');
INSERT INTO "questions" VALUES (9, '01955988-f4e1-7070-becc-7bb1bc927f7a', '2.002621', '089085731781', 1, '2025-03-03T01:05:02.694Z');
INSERT INTO "questions" VALUES (10, '01955988-f5ca-7324-b032-50facdecf1d4', '2.002621', '089085731781', 1, '2025-03-03T01:05:02.937Z');
