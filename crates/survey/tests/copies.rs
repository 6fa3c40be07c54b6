//! Near-identical code: small sources with known answers, and laws.
#![allow(clippy::unwrap_used)]

use kedge_survey::twice::copies::{Copies, Finder, Group, Options};
use kedge_survey::twice::{Kind, Why};
use proptest::prelude::*;
use std::fmt::Write;

/// The owner of a path is its top folder; of `nobody/` there is none.
fn owners(path: &str) -> Vec<String> {
    match path.split('/').next() {
        Some("nobody") | None => vec![],
        Some("both") => vec!["sales".into(), "store".into()],
        Some(folder) => vec![folder.to_owned()],
    }
}

fn find(files: &[(&str, &str)]) -> Copies {
    let mut finder = Finder::new(Options::default());
    for (path, text) in files {
        assert_eq!(finder.add(path, text), None);
    }
    finder.find(&owners)
}

fn shown(groups: &[Group]) -> Vec<String> {
    let places = |group: &Group| {
        let places = group.places.iter();
        places
            .map(|place| format!("{}:{}-{}", place.file, place.lines.0, place.lines.1))
            .collect::<Vec<_>>()
            .join(" ")
    };
    groups.iter().map(places).collect()
}

/// Takes the stock of an article down, with a retry.
const TAKE: &str = r#"
    public async Task<bool> TakeAsync(Guid article, int wanted)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var stock = await _stocks.ReadAsync(article);
            if (stock == null || stock.Left < wanted)
            {
                return false;
            }
            stock.Left -= wanted;
            try
            {
                await _stocks.WriteAsync(stock);
                return true;
            }
            catch (ConflictException)
            {
                await Task.Delay(100 * attempt);
            }
        }
        throw new InvalidOperationException("too many at once");
    }
"#;

/// The same under other names, with another number, another text and a line more in the middle.
const GRAB: &str = r#"
    public async Task<bool> GrabAsync(Guid ware, int amount)
    {
        for (var round = 0; round < 9; round++)
        {
            var shelf = await _shelves.ReadAsync(ware);
            if (shelf == null || shelf.Rest < amount)
            {
                return false;
            }
            shelf.Rest -= amount;
            _log.Say("taken", ware);
            try
            {
                await _shelves.WriteAsync(shelf);
                return true;
            }
            catch (ConflictException)
            {
                await Task.Delay(50 * round);
            }
        }
        throw new InvalidOperationException("given up");
    }
"#;

fn class(name: &str, body: &str) -> String {
    format!("using System;\nnamespace Shop;\n\npublic class {name} : IThing\n{{{body}}}\n")
}

#[test]
fn a_copy_is_found_under_other_names_and_with_a_line_more() {
    let found = find(&[
        ("sales/Take.cs", &class("Taker", TAKE)),
        ("store/Grab.cs", &format!("// Grabs.\n\n{}", class("Grabber", GRAB))),
    ]);
    assert_eq!(shown(&found.groups), ["sales/Take.cs:4-28 store/Grab.cs:6-31"]);
    let pair = &found.groups[0].pairs[0];
    // Counted by hand: the nine tokens of the line more are not in common, and each name has one other name throughout.
    assert_eq!((pair.left.tokens, pair.right.tokens), (110, 119));
    assert_eq!(pair.common, 110);
    assert!(pair.similarity > 0.95 && pair.verbatim < 0.6, "{pair:?}");
    assert_eq!(found.groups[0].repeated, 110);
    assert_eq!(found.groups[0].owners, ["sales", "store"]);
}

#[test]
fn names_that_are_not_renamed_the_same_way_are_not_in_common() {
    // The same signs in the same order, yet each use is of something else.
    let mut odd = String::new();
    let mut letters = 0;
    for word in TAKE.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let (name, rest) = word.split_at(word.trim_end_matches(|c: char| !c.is_alphanumeric()).len());
        if matches!(name, "article" | "wanted" | "stock" | "attempt" | "Left" | "stocks") {
            letters += 1;
            write!(odd, "x{letters}{rest}").unwrap();
        } else {
            odd.push_str(word);
        }
    }
    let same = find(&[("sales/a.cs", TAKE), ("store/b.cs", TAKE)]);
    let odd = find(&[("sales/a.cs", TAKE), ("store/b.cs", &odd)]);
    let (same, odd) = (&same.groups[0].pairs[0], odd.groups.first().map(|group| &group.pairs[0]));
    assert!((same.similarity - 1.0).abs() < 1e-12 && (same.verbatim - 1.0).abs() < 1e-12);
    // Of 22 uses of six names six at most can be in common.
    assert!(odd.is_none_or(|odd| odd.common + 10 <= same.common), "{odd:?}");
}

#[test]
fn only_across_borders() {
    let groups = |files: &[(&str, &str)]| find(files).groups.len();
    assert_eq!(groups(&[("sales/a.cs", TAKE), ("sales/b.cs", TAKE)]), 0);
    assert_eq!(groups(&[("sales/a.cs", TAKE), ("nobody/b.cs", TAKE)]), 0);
    // One owner in common is no border.
    assert_eq!(groups(&[("sales/a.cs", TAKE), ("both/b.cs", TAKE)]), 0);
    assert_eq!(groups(&[("sales/a.cs", TAKE), ("store/b.cs", TAKE)]), 1);
    // Nor are two languages one.
    assert_eq!(groups(&[("sales/a.cs", TAKE), ("store/b.rb", TAKE)]), 0);
    assert_eq!(find(&[("sales/a.cs", TAKE), ("nobody/b.cs", TAKE)]).unowned, 1);
}

#[test]
fn all_places_of_one_thing_are_one_group() {
    let other = format!("class A {{ {} }}", "int f(int a) { return a * 2 + g(a, \"x\"); }".repeat(2));
    let found = find(&[
        ("sales/a.cs", TAKE),
        ("store/b.cs", GRAB),
        ("store/c.cs", &format!("{other}{TAKE}")),
        ("web/d.cs", &class("Copy", TAKE)),
        ("web/tests/e.cs", &class("Copy", TAKE)),
    ]);
    assert_eq!(
        shown(&found.groups),
        [
            "sales/a.cs:2-23 store/b.cs:2-24 store/c.cs:2-23 web/d.cs:6-27",
            // What a test repeats is a group of its own.
            "sales/a.cs:2-23 store/b.cs:2-24 store/c.cs:2-23 web/tests/e.cs:6-27"
        ]
    );
    assert_eq!(found.groups.iter().map(|group| group.kind).collect::<Vec<_>>(), [Kind::Code, Kind::Test]);
}

#[test]
fn what_is_only_in_tests_or_migrations_is_told_apart_and_comes_last() {
    let update = "UPDATE [dbo].[Article] SET [Left] = 0, [Seen] = GETDATE() WHERE [Left] < 0 AND [Id] IN (SELECT a.[Id] \
                  FROM [dbo].[Stock] a INNER JOIN [dbo].[Shelf] s ON s.[Id] = a.[ShelfId] LEFT JOIN [dbo].[Room] r ON \
                  r.[Id] = s.[RoomId] WHERE r.[Closed] = 1 OR a.[Gone] IS NOT NULL) ORDER BY [Id] DESC";
    let found = find(&[
        ("sales/DbScripts/1.sql", update),
        ("store/tables.sql", &update.replace("Article", "Ware")),
        ("sales/a_test.go", GRAB),
        ("store/b_test.go", GRAB),
        ("sales/a.go", "func f(a []int) int {\n\treturn a[0]\n}\n"),
    ]);
    let kinds: Vec<Kind> = found.groups.iter().map(|group| group.kind).collect();
    assert_eq!(kinds, [Kind::Test, Kind::Migration]);
}

#[test]
fn lists_are_no_copies_of_other_lists() {
    let fields = |letter: char| -> String {
        (0..40).fold(String::new(), |mut fields, at| {
            writeln!(fields, "    public string {letter}{at} {{ get; set; }}").unwrap();
            fields
        })
    };
    assert_eq!(
        find(&[("sales/a.cs", &class("A", &fields('a'))), ("store/b.cs", &class("B", &fields('b')))]).groups,
        []
    );
}

#[test]
fn what_is_not_ones_own_work_is_left_out_and_told() {
    let mut finder = Finder::new(Options { most_tokens: 200, ..Options::default() });
    let mut why = |path: &str, text: &str| finder.add(path, text).map(|over| over.why);
    assert_eq!(why("a/vendor/x.go", TAKE), Some(Why::Vendored));
    assert_eq!(why("a/x.pb.go", TAKE), Some(Why::Generated));
    assert_eq!(why("a/x.cs", &format!("// <auto-generated/>\n{TAKE}")), Some(Why::Generated));
    assert_eq!(why("a/x.cs", TAKE), None);
    assert_eq!(why("a/y.cs", TAKE), Some(Why::BeyondLimit));
    assert_eq!(why("a/picture.svg", TAKE), None);
}

#[test]
fn what_was_found_can_be_written_and_read_back() {
    let found = find(&[("sales/a.cs", TAKE), ("store/b.cs", GRAB)]);
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Copies>(&text).unwrap(), found);
}

/// Statements of any shape; no two need be alike.
fn statement() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a", "b", "c", "d", "e", "a", "b", "c", "d", "e", "1", "\"x\"", "if", "for", "return", "new",
        "await", "throw", "while", "true", "null", "(", ")", "[", "]", "{", "}", "+", "-", "*", "/", "<",
        ">", "=", "==", "!=", "&&", "||", ".", ",", "!", "=>", "?",
    ]);
    prop::collection::vec(word, 4..12).prop_map(|words| format!("{};", words.join(" ")))
}

fn program() -> impl Strategy<Value = String> {
    prop::collection::vec(statement(), 15..30).prop_map(|statements| statements.join("\n"))
}

/// Other names, one for one.
fn renamed(program: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in program.chars().chain(['\n']) {
        if c.is_alphanumeric() {
            word.push(c);
            continue;
        }
        match word.as_str() {
            "a" => out.push_str("order"),
            "b" => out.push_str("line"),
            "c" => out.push_str("item"),
            "d" => out.push('e'),
            "e" => out.push('d'),
            other => out.push_str(other),
        }
        word.clear();
        out.push(c);
    }
    out
}

/// What is in common, without which file is which.
fn sides(found: &Copies, swap: bool) -> Vec<[(u32, u32); 2]> {
    let pairs = found.groups.iter().flat_map(|group| &group.pairs);
    let mut sides: Vec<[(u32, u32); 2]> = pairs
        .map(
            |pair| {
                if swap { [pair.right.lines, pair.left.lines] } else { [pair.left.lines, pair.right.lines] }
            },
        )
        .collect();
    sides.sort_unstable();
    sides
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn renaming_keeps_the_find(one in program(), two in program(), common in program()) {
        let left = format!("{one}\n{common}");
        let right = format!("{common}\n{two}");
        let plain = find(&[("a/x.ts", &left), ("b/y.ts", &right)]);
        let other = find(&[("a/x.ts", &left), ("b/y.ts", &renamed(&right))]);
        prop_assert_eq!(sides(&plain, false), sides(&other, false));
        let common = |found: &Copies| -> Vec<usize> {
            found.groups.iter().flat_map(|group| &group.pairs).map(|pair| pair.common).collect()
        };
        prop_assert_eq!(common(&plain), common(&other));
    }

    #[test]
    fn a_whole_copy_is_found_whatever_stands_around_it(one in program(), two in program(), common in program()) {
        let found = find(&[
            ("a/x.ts", &format!("{one}\n{common}")),
            ("b/y.ts", &format!("{two}\n{common}")),
        ]);
        let first = one.lines().count() as u32 + 1;
        let covered = found.groups.iter().flat_map(|group| &group.pairs).any(|pair| {
            let end = first + common.lines().count() as u32 - 1;
            pair.left.lines.0 <= end && pair.left.lines.1 >= first
        });
        prop_assert!(covered, "{:?}", shown(&found.groups));
    }

    #[test]
    fn symmetric(one in program(), two in program(), common in program()) {
        let (left, right) = (format!("{one}\n{common}"), format!("{common}\n{two}"));
        let there = find(&[("a/x.ts", &left), ("b/y.ts", &right)]);
        let back = find(&[("a/x.ts", &right), ("b/y.ts", &left)]);
        prop_assert_eq!(sides(&there, false), sides(&back, true));
    }

    #[test]
    fn the_order_of_the_files_does_not_matter(
        programs in prop::collection::vec(program(), 4),
        order in Just(vec![0, 1, 2, 3]).prop_shuffle(),
    ) {
        let paths = ["a/w.ts", "b/x.ts", "c/y.ts", "a/z.ts"];
        let texts: Vec<String> =
            (0..4).map(|at| format!("{}\n{}", programs[at], programs[(at + 1) % 4])).collect();
        let files: Vec<(&str, &str)> = paths.into_iter().zip(texts.iter().map(String::as_str)).collect();
        let shuffled: Vec<(&str, &str)> = order.iter().map(|at| files[*at]).collect();
        prop_assert_eq!(find(&files), find(&shuffled));
    }

    #[test]
    fn nothing_in_common_gives_nothing(letters in prop::collection::vec(0_usize..4, 200), others in prop::collection::vec(0_usize..4, 200)) {
        let text = |signs: [&str; 4], letters: &[usize]| -> String { letters.iter().map(|at| signs[*at]).collect() };
        let found = find(&[
            ("a/x.ts", &text(["a + ", "b; ", "(c) ", "if "], &letters)),
            ("b/y.ts", &text(["+ [", "! d ", "] * ", "for < "], &others)),
        ]);
        prop_assert_eq!(found.groups, vec![]);
    }

    /// Whatever bytes come, the readers end and hold what was promised.
    #[test]
    fn any_text_can_be_read(text in ".{0,400}", other in "[a-z{}()'\"`/*#@=\\n\\[ -]{0,400}") {
        for ending in ["cs", "rs", "ts", "py", "rb", "sql", "c", "java"] {
            let (one, two) = (format!("a/x.{ending}"), format!("b/y.{ending}"));
            let twice = format!("{text}{other}");
            let mut finder = Finder::new(Options { tokens: 20, ..Options::default() });
            finder.add(&one, &twice);
            finder.add(&two, &twice);
            for pair in finder.find(&owners).groups.iter().flat_map(|group| &group.pairs) {
                prop_assert!((0.8..=1.0).contains(&pair.similarity));
                prop_assert!(pair.left.lines.0 <= pair.left.lines.1);
            }
        }
    }
}
