//! What SQL of each dialect does: small statements of our own making, and the two readers against each other.

use super::*;
use proptest::prelude::*;

/// Each mention as `act name`, in order of place.
fn done(sql: &str) -> Vec<String> {
    let mut mentions = read(sql).mentions;
    mentions.retain(|mention| mention.act != Act::Call || mention.kind == Some(Kind::Procedure));
    mentions.sort_by_key(|mention| mention.at);
    mentions.iter().map(|mention| format!("{:?} {}", mention.act, mention.name).to_lowercase()).collect()
}

#[track_caller]
fn does(sql: &str, wanted: &str) {
    assert_eq!(done(sql).join(", "), wanted, "{sql}");
}

#[test]
fn reads() {
    does("SELECT * FROM a", "select a");
    does("select x from a, b c where c.x = 1", "select a, join b");
    does(
        "SELECT a.x FROM s.a JOIN b ON a.x = b.x LEFT OUTER JOIN [dbo].[C] AS c ON 1=1",
        "select s.a, join b, join c",
    );
    does("SELECT (SELECT max(x) FROM b) FROM a WHERE x IN (SELECT x FROM c)", "select b, select a, select c");
    does("SELECT * FROM (SELECT * FROM a) t JOIN b USING (id)", "select a, join b");
    does("SELECT 1 FROM a UNION ALL SELECT 2 FROM b", "select a, select b");
    does("SELECT * FROM a CROSS APPLY (SELECT TOP 1 * FROM b) x", "select a, select b");
    does(
        "SELECT EXTRACT(epoch FROM created), trim(both ' ' from x) FROM a WHERE x IS DISTINCT FROM y",
        "select a",
    );
    does("SELECT * FROM a FOR UPDATE SKIP LOCKED", "select a");
}

#[test]
fn names_that_hold_only_within_are_no_tables() {
    does(
        "WITH t AS (SELECT * FROM a), u (x) AS (SELECT 1 FROM t) SELECT * FROM u JOIN b ON 1=1",
        "select a, join b",
    );
    does("WITH RECURSIVE t AS (SELECT 1 UNION SELECT 2 FROM t) SELECT * FROM t", "");
    does("CREATE TABLE #t (x int); INSERT INTO #t SELECT x FROM a; SELECT * FROM #t", "select a");
    does("INSERT INTO @t SELECT x FROM a JOIN @u u ON 1=1", "select a");
    does("CREATE TEMP TABLE t (x int); INSERT INTO t SELECT 1 FROM a", "select a");
    does("SELECT * FROM information_schema.columns JOIN pg_class ON 1=1 JOIN sys.tables ON 1=1", "");
}

#[test]
fn writes() {
    does("INSERT INTO a (x) VALUES (1)", "insert a");
    does("INSERT INTO a SELECT * FROM b", "insert a, select b");
    does("INSERT [dbo].[A] ([X]) VALUES (@X)", "insert a");
    does("INSERT IGNORE INTO `a` VALUES (1) ON DUPLICATE KEY UPDATE x = 1", "insert a");
    does("INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2 RETURNING id", "insert a");
    does("REPLACE INTO a VALUES (1)", "insert a");
    does("INSERT OR REPLACE INTO a VALUES (1)", "insert a");
    does("UPDATE a SET x = 1 WHERE y = 2", "update a");
    does("UPDATE a SET x = b.x FROM b WHERE b.id = a.id", "update a, select b");
    does("UPDATE ONLY a AS t SET x = 1", "update a");
    does("DELETE FROM a WHERE x IN (SELECT x FROM b)", "delete a, select b");
    does("DELETE FROM a USING b WHERE a.x = b.x", "delete a, join b");
    does("TRUNCATE TABLE a, s.b", "truncate a, truncate s.b");
    does(
        "MERGE INTO a AS t USING b AS s ON t.x = s.x WHEN MATCHED THEN UPDATE SET x = 1 WHEN NOT MATCHED THEN INSERT (x) VALUES (1);",
        "merge a, join b",
    );
    does("COPY a (x, y) FROM stdin;\n1\tfrom b\n\\.\nSELECT 1 FROM c;", "insert a, select c");
    does("COPY a TO '/tmp/x'", "select a");
    does(
        "WITH d AS (DELETE FROM a WHERE x = 1 RETURNING y) INSERT INTO b SELECT y FROM d",
        "delete a, insert b",
    );
}

#[test]
fn what_is_changed_under_another_name_is_found_in_the_list_of_tables() {
    does(
        "UPDATE C SET [X] = 1 FROM [dbo].[Cipher] C INNER JOIN [dbo].[User] U ON 1=1",
        "update cipher, join user",
    );
    does("DELETE AK FROM [dbo].[ApiKey] AK INNER JOIN @Ids I ON I.[Id] = AK.[Id]", "delete apikey");
    does("DELETE TOP(@BatchSize) FROM [dbo].[A] WHERE x = 1", "delete a");
    does("DELETE TOP (10) U FROM [dbo].[A] U", "delete a");
    does("DELETE a FROM a JOIN b ON a.x = b.x", "delete a, join b");
    does("UPDATE a INNER JOIN b ON a.x = b.x SET a.y = b.y", "update a, join b");
    does("UPDATE [dbo].[A] SET [X] = 1 FROM [dbo].[A] INNER JOIN [dbo].[B] ON 1=1", "update a, join b");
    does("DELETE FROM a x USING a y WHERE x.i < y.i", "delete a, join a");
}

#[test]
fn clauses_that_only_look_like_writes_are_none() {
    does(
        "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES b (y) ON DELETE CASCADE ON UPDATE SET NULL",
        "alter a",
    );
    does("GRANT SELECT, INSERT ON a TO reader; SELECT 1 FROM b", "select b");
    does("FETCH NEXT FROM cursor INTO @x; SELECT 1 FROM a", "select a");
    does("UPDATE STATISTICS a", "");
    does("SET NOCOUNT ON DELETE FROM a SET NOCOUNT ON UPDATE b SET x = 1", "delete a, update b");
    does(
        "SELECT REPLACE(x, 'a', 'b'), 'delete from c', \"insert into d\" FROM a -- from e\n/* from f */",
        "select a",
    );
}

#[test]
fn definitions() {
    does(
        "CREATE TABLE IF NOT EXISTS a (x int); DROP TABLE IF EXISTS b, c CASCADE; ALTER TABLE d ADD e int",
        "create a, drop b, drop c, alter d",
    );
    does("CREATE UNLOGGED TABLE a (x int)", "create a");
    does("CREATE TYPE [dbo].[T] AS TABLE ([Id] int)", "");
    let reading = read("CREATE OR REPLACE VIEW v AS SELECT * FROM a; SELECT * FROM v");
    let within: Vec<_> =
        reading.mentions.iter().map(|mention| (mention.name.as_str(), mention.within)).collect();
    assert_eq!(within, [("v", None), ("a", Some(0)), ("v", None)]);
}

#[test]
fn a_procedure_of_sql_server_lasts_to_the_end_of_its_batch() {
    let sql = "CREATE PROCEDURE [dbo].[A_Update]\n @Id INT\nAS\nBEGIN\n SET NOCOUNT ON\n UPDATE\n  [dbo].[A]\n SET\n  [X] = 1\n WHERE [Id] = @Id\n\n INSERT INTO [dbo].[B] ([X]) VALUES (1)\n EXEC [dbo].[C_Bump] @Id\nEND\nGO\nSELECT * FROM [dbo].[D]";
    does(sql, "create a_update, update a, insert b, call c_bump, select d");
    let reading = read(sql);
    let within: Vec<_> = reading.mentions.iter().map(|mention| mention.within.is_some()).collect();
    assert_eq!(within, [false, true, true, true, false]);
    assert_eq!((reading.routines[0].name.as_str(), reading.routines[0].kind), ("a_update", Kind::Procedure));
}

#[test]
fn bodies_of_postgresql_and_mysql_are_read() {
    let sql = "CREATE FUNCTION f() RETURNS trigger AS $$\nBEGIN\n INSERT INTO log (x) VALUES (NEW.x);\n RETURN NEW;\nEND;\n$$ LANGUAGE plpgsql;\nCREATE TRIGGER t AFTER INSERT OR UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f();\nDELETE FROM b;";
    does(sql, "create f, insert log, create t, call f, delete b");
    let reading = read(sql);
    let within: Vec<_> = reading.mentions.iter().map(|mention| mention.within).collect();
    assert_eq!(within, [None, Some(0), None, Some(1), None]);
    let sql = "CREATE DEFINER=`root`@`%` PROCEDURE p(IN x INT)\nBEGIN\n UPDATE a SET y = x;\n IF x > 1 THEN\n  DELETE FROM b;\n END IF;\nEND;\nSELECT 1 FROM c;";
    let reading = read(sql);
    let within: Vec<_> =
        reading.mentions.iter().map(|mention| (mention.name.as_str(), mention.within)).collect();
    assert_eq!(within, [("p", None), ("a", Some(0)), ("b", Some(0)), ("c", None)]);
}

#[test]
fn a_trigger_sees_rows_that_are_no_tables() {
    does(
        "CREATE TRIGGER [dbo].[T] ON [dbo].[A] AFTER UPDATE AS BEGIN INSERT INTO [dbo].[L] SELECT * FROM inserted END",
        "create t, insert l",
    );
}

#[test]
fn sql_that_is_put_together_is_read_where_it_is_whole() {
    does("EXEC sp_executesql N'DELETE FROM a WHERE x = @x'", "delete a");
    does("EXECUTE 'INSERT INTO a SELECT * FROM b'", "insert a, select b");
    does("EXEC @r = [dbo].[P] 1", "call p");
    does("CALL s.p(1)", "call s.p");
}

#[test]
fn places_are_bytes_of_the_text() {
    let sql = "-- größer\nSELECT *\nFROM a\nJOIN [dbo].[Bär] b ON 1=1;\nDELETE FROM c;";
    for mention in read(sql).mentions {
        let there = &sql[mention.at..].to_lowercase();
        assert!(
            there.trim_start_matches("[dbo].[").trim_start_matches('[').starts_with(mention.name.last()),
            "{mention:?}: {there}"
        );
    }
}

/// Statements that both readers understand: they must say the same. The parser is not ours.
#[test]
fn the_tolerant_reader_says_what_the_parser_says() {
    const STATEMENTS: &[&str] = &[
        "SELECT a.x, b.y FROM a JOIN b ON a.id = b.id LEFT JOIN c ON c.id = b.id WHERE a.x > 1 ORDER BY a.x",
        "SELECT * FROM a, b WHERE a.x IN (SELECT x FROM c WHERE c.y = (SELECT max(y) FROM d))",
        "WITH t AS (SELECT * FROM a), u AS (SELECT * FROM t JOIN b ON 1 = 1) SELECT * FROM u JOIN c ON 1 = 1",
        "INSERT INTO a (x, y) SELECT x, y FROM b WHERE NOT EXISTS (SELECT 1 FROM c WHERE c.x = b.x)",
        "UPDATE a SET x = (SELECT max(x) FROM b) WHERE y IN (SELECT y FROM c)",
        "UPDATE a SET x = b.x FROM b JOIN c ON b.id = c.id WHERE a.id = b.id",
        "DELETE FROM a WHERE x IN (SELECT x FROM b)",
        "DELETE FROM a USING b WHERE a.id = b.id",
        "SELECT count(*) FROM a GROUP BY x HAVING count(*) > (SELECT n FROM b)",
        "SELECT * FROM (SELECT * FROM a UNION SELECT * FROM b) t, c",
        "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = b.x WHEN NOT MATCHED THEN INSERT (id) VALUES (b.id)",
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM a) THEN 1 ELSE 2 END FROM b",
        "UPDATE c SET x = 1 FROM a c INNER JOIN b ON b.id = c.id",
        "SELECT * FROM s.a AS a INNER JOIN s.b AS b ON a.id = b.id",
    ];
    for sql in STATEMENTS {
        let sorted = |mut mentions: Vec<Mention>| {
            mentions.sort_by_key(|mention| mention.at);
            mentions
                .iter()
                .map(|mention| format!("{:?} {}", mention.act.is_write(), mention.name))
                .collect::<Vec<_>>()
        };
        let parsed = parse::statement(sql, parse::Shape::default()).map(sorted);
        // With a hole in a comment the parser is not asked.
        let scanned = read(&format!("{sql} /* {HOLE} */ \u{fffc}"));
        assert!(scanned.mentions.iter().all(|mention| !mention.parsed), "{sql}");
        let scanned = scanned.mentions.into_iter().filter(|mention| mention.act != Act::Call).collect();
        assert_eq!(parsed, Some(sorted(scanned)), "{sql}");
    }
}

/// Texts that would take ages if any part were read again and again.
#[test]
fn hostile_texts_take_linear_time() {
    for piece in [
        "(",
        ")",
        "((SELECT ",
        "WITH a AS (",
        "SELECT * FROM (",
        "COPY a FROM stdin ",
        "GO ",
        "CREATE VIEW ",
        "'",
        "$a$",
        "[a",
        "EXEC('",
        "UPDATE a SET ",
        "DELETE a, ",
        "FROM a, ",
        "/*",
        "CASE ",
        "BEGIN ",
        "a.",
        ";",
        "CREATE OR ",
        "INSERT INTO a ",
    ] {
        // In the square of its length this would not end before the runner ends it (.config/nextest.toml).
        let _ = read(&piece.repeat(60_000));
    }
}

#[test]
fn the_parser_is_not_led_into_trying_for_ever() {
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("(SELECT ", "1", ")"),
        ("SELECT * FROM (", "a", ")"),
        ("CASE WHEN ", "1", " END"),
        ("NOT ", "1", ""),
    ] {
        for depth in [8, 9, 40, 98, 5_000] {
            let sql = format!("SELECT {}{middle}{} FROM a;", open.repeat(depth), close.repeat(depth));
            let _ = read(&sql);
        }
    }
}

proptest! {
    #[test]
    fn no_text_breaks_it(sql in "\\PC{0,80}") {
        let _ = read(&sql);
    }

    #[test]
    fn no_heap_of_words_breaks_it(words in prop::collection::vec(prop::sample::select(vec![
        "SELECT", "FROM", "JOIN", "UPDATE", "SET", "DELETE", "INSERT", "INTO", "WITH", "AS", "(", ")", ",", ";", "a", "b", "[c]", ".",
        "CREATE", "VIEW", "PROC", "TABLE", "BEGIN", "END", "GO\n", "\nGO\n", "'", "$$", "MERGE", "USING", "EXEC", "@x", "#t", "COPY", "stdin",
        "TOP", "ON", "é", "--\n", "TRIGGER", "OR", "DROP", "IF", "CASE", "=", "N'", "\u{fffc}", "TRUNCATE",
    ]), 0..60)) {
        let sql = words.join(" ");
        for mention in read(&sql).mentions {
            prop_assert!(sql.get(mention.at..).is_some());
            prop_assert!(!mention.name.as_str().is_empty());
        }
    }
}
