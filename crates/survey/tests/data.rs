//! Data: who writes and who reads, from small sources of our own making, one rule after the other.
#![allow(clippy::unwrap_used)]

use kedge_survey::data::{Confidence, DataSurvey, Kind, Options, Role, Source, by_owner, survey};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn read(files: &[(&str, &str)]) -> DataSurvey {
    survey(files.iter().map(|(path, text)| Source { path, text }), &Options::default())
}

/// Who does what with an object: `w` writes, `r` reads, `d` defines, `c` calls, with path, line and the way.
#[track_caller]
fn uses(survey: &DataSurvey, name: &str) -> Vec<String> {
    let object = survey.object(name).unwrap_or_else(|| panic!("{name} is not among {:?}", survey.objects));
    let sides =
        [('d', &object.definitions), ('w', &object.writers), ('r', &object.readers), ('c', &object.callers)];
    sides
        .into_iter()
        .flat_map(|(side, uses)| uses.iter().map(move |one| (side, one)))
        .map(|(side, one)| {
            let via =
                if one.via.is_empty() { String::new() } else { format!(" via {}", one.via.join(" > ")) };
            format!("{side} {}:{}{via}", one.path, one.line)
        })
        .collect()
}

#[test]
fn what_a_procedure_does_counts_through_to_its_callers() {
    let found = read(&[
        ("sql/User.sql", "CREATE TABLE [dbo].[User] ([Id] INT)"),
        ("sql/UserView.sql", "CREATE VIEW [dbo].[UserView] AS\nSELECT * FROM [dbo].[User]"),
        (
            "sql/Bump.sql",
            "CREATE PROCEDURE [dbo].[User_Bump] @Id INT AS\nBEGIN\n UPDATE [dbo].[User] SET [A] = 1\nEND",
        ),
        (
            "sql/Create.sql",
            "CREATE PROCEDURE [dbo].[Order_Create] @Id INT AS\nBEGIN\n EXEC [dbo].[User_Bump] @Id\n SELECT * FROM [dbo].[UserView]\nEND",
        ),
        (
            "src/Orders.cs",
            "class Orders {\n void F() {\n  await connection.ExecuteAsync(\n   $\"[{Schema}].[Order_Create]\",\n   commandType: CommandType.StoredProcedure);\n }\n}",
        ),
    ]);
    assert_eq!(
        uses(&found, "user"),
        [
            "d sql/User.sql:1",
            "w sql/Bump.sql:3",
            "w sql/Create.sql:3 via User_Bump",
            "w src/Orders.cs:4 via Order_Create > User_Bump",
            "r sql/Create.sql:4 via UserView",
            "r sql/UserView.sql:2",
            "r src/Orders.cs:4 via Order_Create > UserView",
        ]
    );
    assert_eq!(uses(&found, "order_create"), ["d sql/Create.sql:1", "c src/Orders.cs:4"]);
    assert_eq!(found.object("UserView").unwrap().kind, Kind::View);
    assert_eq!(found.object("[dbo].[User]").unwrap().shown, "User");
}

#[test]
fn procedures_that_call_each_other_in_a_circle_end() {
    let found = read(&[
        ("a.sql", "CREATE PROCEDURE [dbo].[A] @x INT AS EXEC [dbo].[B] 1\nGO\nCREATE TABLE t (x int)"),
        ("b.sql", "CREATE PROCEDURE [dbo].[B] @x INT AS EXEC [dbo].[A] 1 DELETE FROM t"),
        ("c.sql", "EXEC [dbo].[A] 1"),
    ]);
    assert!(uses(&found, "t").contains(&"w c.sql:1 via A > B".to_owned()), "{:?}", uses(&found, "t"));
}

#[test]
fn a_store_of_any_class_writes_for_whoever_derives_from_it() {
    let found = read(&[
        (
            "sql/t.sql",
            "CREATE TABLE [dbo].[User] ([Id] INT)\nGO\nCREATE PROCEDURE [dbo].[User_Create] @x INT AS INSERT INTO [dbo].[User] VALUES (1)",
        ),
        (
            "src/Repository.cs",
            "abstract class Repository<T, TId> : IRepository<T> where T : class {\n async Task Create() { await c.ExecuteAsync($\"[{Schema}].[{Table}_Create]\", commandType: CommandType.StoredProcedure); }\n}",
        ),
        ("src/Users.cs", "class Users : Repository<User, Guid>, IUsers { }"),
        ("src/Others.cs", "class Others : Repository<Other, Guid> { }"),
        ("src/IUsers.cs", "interface IUsers : IRepository<User, Guid> { }"),
    ]);
    assert_eq!(uses(&found, "User"), ["d sql/t.sql:1", "w sql/t.sql:3", "w src/Users.cs:1 via User_Create"]);
    assert_eq!(found.object("User").unwrap().writers[1].confidence, Confidence::Low);
}

#[test]
fn entity_framework_maps_classes_to_tables_in_other_files() {
    let found = read(&[
        (
            "sql/t.sql",
            "CREATE TABLE Users (Id INT); CREATE TABLE policy (Id INT); CREATE TABLE [User] (Id INT);",
        ),
        (
            "src/Db.cs",
            "class Db : DbContext { public DbSet<User> Users { get; set; } public DbSet<Policy> Policies { get; set; } public DbSet<UserPolicy> UserPolicies { get; set; } }",
        ),
        (
            "src/PolicyMap.cs",
            "class PolicyMap : IEntityTypeConfiguration<Policy> { void C(B<Policy> b) { b.ToTable(\"policy\"); } }",
        ),
        ("src/UserPolicy.cs", "class UserPolicy : Policy { }"),
        (
            "src/Uses.cs",
            "class Uses {\n void F(Db db) {\n  db.Users.Where(u => u.A).ToList();\n  db.UserPolicies.Add(p);\n  db.SaveChanges();\n }\n}",
        ),
        ("src/Other.cs", "class Other {\n void F(SeedContext context) {\n  context.Users.Add(u);\n }\n}"),
    ]);
    // `User` and `Users` are one table in two databases; a derived class shares its base's table.
    assert_eq!(uses(&found, "User"), ["d sql/t.sql:1", "d sql/t.sql:1", "r src/Uses.cs:3"]);
    assert_eq!(uses(&found, "policy"), ["d sql/t.sql:1", "w src/Uses.cs:4"]);
}

#[test]
fn a_table_is_the_same_however_it_is_written_and_in_whatever_language() {
    let found = read(&[
        (
            "db/structure.sql",
            "CREATE TABLE public.\"users\" (id int);\nCREATE TABLE billing.invoices (id int);",
        ),
        ("a.go", "package a\nvar q = `\n SELECT id\n FROM users`\n"),
        ("a.py", "db.execute(\"\"\"\nINSERT INTO\n users (id) VALUES (%s)\"\"\")"),
        ("a.ts", "await db.query(`UPDATE \"Users\" SET a = ${a}`)"),
        ("A.java", "String q = \"DELETE FROM \" +\n  \"users WHERE id = ?\";"),
        ("a.kt", "val q = \"SELECT * FROM users WHERE id = $id\""),
        ("a.rb", "ActiveRecord::Base.connection.execute(<<~SQL)\n  SELECT 1\n  FROM users\nSQL"),
        ("a.rs", "sqlx::query!(r#\"SELECT * FROM users\"#)"),
        ("a.php", "$q = \"SELECT * FROM users WHERE id = \" . $id . \" AND 1=1\";"),
        ("a.cs", "var q = @\"SELECT * FROM [dbo].[Users]\";"),
        ("b.sql", "SELECT * FROM invoices"),
    ]);
    assert_eq!(
        uses(&found, "users"),
        [
            "d db/structure.sql:1",
            "w A.java:2",
            "w a.py:3",
            "w a.ts:1",
            "r a.cs:1",
            "r a.go:4",
            "r a.kt:1",
            "r a.php:1",
            "r a.rb:3",
            "r a.rs:1",
        ]
    );
    // Only one schema has it, so it needs no schema.
    assert_eq!(uses(&found, "billing.invoices"), ["d db/structure.sql:2", "r b.sql:1"]);
}

#[test]
fn prose_is_no_sql_unless_it_names_a_table() {
    let found = read(&[
        ("db/structure.sql", "CREATE TABLE list (id int);"),
        (
            "a.go",
            "log(\"Select an item from the list\"); log(\"delete it from cart\"); log(\"update settings\"); log(\"delete from list\")",
        ),
    ]);
    assert_eq!(found.objects.len(), 1);
    assert_eq!(uses(&found, "list"), ["d db/structure.sql:1", "w a.go:1"]);
}

#[test]
fn queries_on_classes_mean_their_tables() {
    let found = read(&[
        ("User.java", "@Entity @Table(name = \"app_users\")\npublic class User { }"),
        (
            "Users.java",
            "interface Users extends JpaRepository<User, Long> {\n @Query(\"SELECT u FROM User u WHERE u.a = ?1\") List<User> f();\n}",
        ),
        ("app/models/story.rb", "class Story < ApplicationRecord\nend"),
        ("app/jobs/clean.rb", "Story.where(old: true).delete_all"),
    ]);
    assert_eq!(uses(&found, "app_users"), ["w Users.java:1", "r Users.java:1", "r Users.java:2"]);
    assert_eq!(uses(&found, "stories"), ["w app/jobs/clean.rb:1"]);
}

#[test]
fn tests_migrations_and_other_peoples_code_are_left_out_and_counted() {
    let files = [
        ("db/migrate/1_a.rb", "create_table :users\nexecute \"UPDATE users SET a = 1\""),
        ("tests/a_test.py", "db.execute('DELETE FROM users WHERE 1=1')"),
        ("vendor/x/a.go", "q := `SELECT * FROM users`"),
        ("src/a.py", "db.execute('SELECT * FROM users WHERE 1=1')"),
    ];
    let found = read(&files);
    assert_eq!(uses(&found, "users"), ["d db/migrate/1_a.rb:1", "r src/a.py:1"]);
    let counted: Vec<_> =
        found.left_out.iter().map(|(role, left_out)| (*role, left_out.files, left_out.uses)).collect();
    assert_eq!(counted, [(Role::Migration, 1, 1), (Role::Test, 1, 1), (Role::Vendored, 1, 1)]);
    let all = Options {
        roles: BTreeSet::from([
            Role::Production,
            Role::Migration,
            Role::Test,
            Role::Vendored,
            Role::Generated,
        ]),
        ..Options::default()
    };
    let found = survey(files.iter().map(|(path, text)| Source { path, text }), &all);
    assert_eq!(
        uses(&found, "users"),
        [
            "d db/migrate/1_a.rb:1",
            "w db/migrate/1_a.rb:2",
            "w tests/a_test.py:1",
            "r src/a.py:1",
            "r vendor/x/a.go:1"
        ]
    );
    assert!(found.left_out.is_empty());
}

#[test]
fn a_procedure_is_as_its_last_migration_says_unless_production_says_it() {
    let files = [
        (
            "migrations/1.sql",
            "CREATE TABLE a (x int); CREATE TABLE b (x int);\nGO\nCREATE PROCEDURE [dbo].[P] @x INT AS DELETE FROM a",
        ),
        ("migrations/2.sql", "ALTER PROCEDURE [dbo].[P] @x INT AS DELETE FROM b"),
        ("src/a.sql", "EXEC [dbo].[P] 1"),
    ];
    let found = read(&files);
    assert_eq!(uses(&found, "b"), ["d migrations/1.sql:1", "w src/a.sql:1 via P"]);
    assert_eq!(uses(&found, "a"), ["d migrations/1.sql:1"]);
}

#[test]
fn topics_and_queues_are_told_from_tables_of_the_same_name() {
    let found = read(&[
        ("a.sql", "CREATE TABLE orders (id int); SELECT * FROM orders;"),
        ("a.ts", "import { Kafka } from 'kafkajs';\nawait producer.send({ topic: 'orders', messages });"),
        ("b.py", "from kafka import KafkaConsumer\nc = KafkaConsumer('orders', group_id='x')"),
    ]);
    let kinds: Vec<_> = found
        .objects
        .iter()
        .map(|object| (object.name.as_str(), object.kind, object.writers.len(), object.readers.len()))
        .collect();
    assert_eq!(kinds, [("orders", Kind::Table, 0, 1), ("orders", Kind::Topic, 1, 1)]);
}

#[test]
fn data_that_is_written_from_several_areas_comes_first() {
    let found = read(&[
        ("db/s.sql", "CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int);"),
        (
            "one/x.go",
            "q := `INSERT INTO b (x) VALUES (1)`; r := `DELETE FROM a WHERE 1=1`; s := `SELECT x FROM c`",
        ),
        ("two/x.go", "q := `UPDATE b SET x = 1`; r := `SELECT x FROM a`"),
        ("both/x.go", "q := `UPDATE c SET x = 1`"),
        ("none/x.go", "q := `UPDATE a SET x = 1`"),
    ]);
    let owned = by_owner(&found, &|path| match path.split('/').next() {
        Some("one") => vec!["team one".into()],
        Some("two") => vec!["team two".into()],
        Some("both") => vec!["team two".into(), "team one".into()],
        _ => Vec::new(),
    });
    let shown: Vec<_> =
        owned.iter().map(|data| (data.shown.as_str(), data.writing_areas, data.reading_areas)).collect();
    assert_eq!(shown, [("b", 2, 0), ("a", 1, 1), ("c", 1, 1)]);
    assert_eq!(owned[0].writers["team two"], ["two/x.go"]);
    assert_eq!(owned[1].writers_without_owner, ["none/x.go"]);
    // Joint ownership is one area, and yet both own it.
    assert_eq!(owned[2].writers.len(), 2);
}

#[test]
fn what_is_found_is_kept_whole_as_json() {
    let found = read(&[("a.sql", "CREATE VIEW v AS SELECT * FROM t; UPDATE t SET x = 1; SELECT * FROM v;")]);
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<DataSurvey>(&json).unwrap(), found);
}

#[test]
fn a_huge_dump_is_read_in_one_pass() {
    let rows = "INSERT INTO orders (x, y) VALUES (1, 'it''s'), (2, '(');\n".repeat(40_000);
    let found = read(&[("dump.sql", &rows)]);
    assert_eq!(found.object("orders").unwrap().writers.len(), 40_000);
}

proptest! {
    #[test]
    fn no_text_in_no_file_breaks_it_and_every_line_is_one_of_the_file(
        text in "(\\PC|\n){0,120}",
        end in prop::sample::select(vec!["sql", "cs", "java", "kt", "py", "rb", "go", "ts", "rs", "php", "prisma"]),
    ) {
        let path = format!("a.{end}");
        let found = read(&[(&path, &text)]);
        let lines = u32::try_from(text.split('\n').count()).unwrap();
        for object in &found.objects {
            for one in object.writers.iter().chain(&object.readers).chain(&object.definitions).chain(&object.callers) {
                prop_assert!((1..=lines).contains(&one.line));
            }
        }
    }

    /// Whatever stands before a statement, it is found on its own line.
    #[test]
    fn the_line_is_that_of_the_name(before in prop::collection::vec("[a-z ,.]{0,20}", 0..12), quote in 0..2usize) {
        let comment: String = before.iter().flat_map(|line| ["// ", line, "\n"]).collect();
        let quote = ["`", "\""][quote];
        let text = format!("{comment}q := {quote}SELECT x FROM orders WHERE y = 1{quote}");
        let found = read(&[("a.go", &text)]);
        let line = u32::try_from(before.len()).unwrap() + 1;
        prop_assert_eq!(found.object("orders").unwrap().readers[0].line, line);
    }
}
