//! Laws of joining asks into needs: it does not depend on the order in which things are read, what is kept apart stays
//! apart, what is joined by hand is together, and to split is to undo it.
#![allow(clippy::unwrap_used)]

mod queues;

use kedge_decide::{Joined, SameNeed, same_needs};
use kedge_files::{SourceText, read};
use kedge_model::{AskId, Fact, Organisation, Scope};
use proptest::prelude::*;
use queues::{Asked, Sketch, ask_id, facts, platform, sketch, sketches};
use std::collections::BTreeSet;

fn organisation(facts: Vec<Fact>) -> Organisation {
    Organisation::build(Scope::Partial, facts).unwrap()
}

/// The lines, as sets of asks.
fn lines(organisation: &Organisation) -> BTreeSet<Vec<AskId>> {
    same_needs(organisation, &platform(), organisation.asks()).into_iter().map(|need| need.asks).collect()
}

proptest! {
    #[test]
    fn joining_depends_neither_on_the_order_of_files_nor_of_asks(sketch in sketches(), seed in any::<u64>()) {
        let written = facts(&sketch);
        let mut shuffled = written.clone();
        // Any order will do: by a number that has nothing to do with the facts.
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let (one, other) = (organisation(written), organisation(shuffled));
        let of = |organisation: &Organisation| {
            let asks: Vec<_> = organisation.asks().collect();
            same_needs(organisation, &platform(), asks.into_iter().rev())
        };
        prop_assert_eq!(of(&one), of(&other));
        prop_assert_eq!(same_needs(&one, &platform(), one.asks()), of(&one));
    }

    #[test]
    fn every_ask_is_on_one_line_and_what_is_said_holds(sketch in sketches()) {
        let organisation = organisation(facts(&sketch));
        let lines = same_needs(&organisation, &platform(), organisation.asks());
        let mut seen = BTreeSet::new();
        for line in &lines {
            prop_assert_eq!(line.asks.len() == 1, line.joined == Joined::Alone || matches!(&line.joined, Joined::Said { .. }) && line.asks.len() == 1);
            for ask in &line.asks {
                prop_assert!(seen.insert(ask.clone()), "{} is on two lines", ask);
            }
        }
        prop_assert_eq!(seen.len(), sketch.asks.len());
        let together = |one: usize, other: usize| {
            lines.iter().any(|line| line.asks.contains(&ask_id(one)) && line.asks.contains(&ask_id(other)))
        };
        if let Some((one, other)) = sketch.apart {
            prop_assert!(!together(one, other));
        }
        if let Some((one, other)) = sketch.joined {
            prop_assert!(together(one, other));
        }
    }

    #[test]
    fn a_pair_is_joined_whichever_of_them_is_named_first(words in queues::words(), others in queues::words()) {
        let one_way = Sketch { asks: vec![Asked::saying(&words), Asked::saying(&others)], ..sketch() };
        let other_way = Sketch { asks: vec![Asked::saying(&others), Asked::saying(&words)], ..sketch() };
        prop_assert_eq!(lines(&organisation(facts(&one_way))).len(), lines(&organisation(facts(&other_way))).len());
    }
}

/// Two plans of one team with an ask of platform each, and what `same_needs` makes of them.
fn in_two_plans(then: (&str, &str, &str), now: (&str, &str, &str)) -> Vec<SameNeed> {
    let plan = |name: &str, (title, period, what): (&str, &str, &str)| {
        let text = format!(
            "team = \"shop\"\ntitle = \"{title}\"\n{period}\n[outcome.{name}]\n[ask.{name}-ask]\nto = \"platform\"\nwhat = \
             \"{what}\"\ngates = \"{name}\"\n"
        );
        SourceText { path: format!("shop/{name}.kedge.toml"), text }
    };
    let organisation = read(vec![plan("then", then), plan("now", now)], None).unwrap().organisation;
    same_needs(&organisation, &platform(), organisation.asks())
}

#[test]
fn what_a_plan_carries_on_is_one_need_with_what_it_was() {
    let q3 = "period = \"2026-Q3\"";
    let q4 = "period = \"2026-Q4\"";
    let joined = |then, now| in_two_plans(then, now).len() == 1;
    let was = ("Refunds in a day", q3, "Standard reviews");
    assert!(joined(was, ("Refunds in a day", q4, "Reviews of the ledger and of what reads it")));
    // At the same time it is another thing; so is another kind of help, and another subject.
    assert!(!joined(was, ("Refunds in a day", q3, "Reviews of the ledger and of what reads it")));
    assert!(!joined(was, ("Refunds in a day", q4, "A decision on the ledger")));
    assert!(!joined(was, ("Labels in batches", q4, "Reviews of the ledger and of what reads it")));
    // What is carried on word for word leaves what only sounds like it alone.
    let also = "Standard reviews\"\ngates = \"now\"\n[ask.meeting]\nto = \"platform\"\nwhat = \"A short meeting to review a first draft with us";
    let lines = in_two_plans(was, ("Refunds in a day", q4, also));
    assert_eq!(lines.iter().map(|line| line.asks.len()).collect::<Vec<_>>(), [1, 2]);
    // Under another title, a link to the matter that both name says that it is the same.
    let link = "see = \"https://tracker.example/274\"\nperiod = \"2026-Q3\"";
    let link_now = "see = \"https://tracker.example/274\"\nperiod = \"2026-Q4\"";
    let was = ("Refunds in a day", link, "Standard reviews");
    assert!(joined(was, ("Quick refunds for everybody, everywhere", link_now, "Reviews of the ledger")));
    assert!(!joined(was, ("Quick refunds for everybody, everywhere", q4, "Reviews of the ledger")));

    let one =
        in_two_plans(was, ("Quick refunds for everybody, everywhere", link_now, "Reviews of the ledger"));
    let Joined::Reads { by } = &one[0].joined else { panic!("{one:?}") };
    assert_eq!(
        by[0].why(),
        "50 % of the words of what the shorter says, in plans of which one carries the other on, are the same (“review”)"
    );
}
