//! One goal in the words that goals are written in, and everything that becomes of it.

use kedge_exchange::SourceFile;
use kedge_exchange::rust_goals::draft;
use kedge_model::{Change, Fact};
use std::fmt::Write as _;

const GOAL: &str = "\
# Faster harbours

| Metadata           |                          |
| :----------------- | ------------------------ |
| Point of contact   | @mira                    |
| Status             | Accepted                 |
| Tracking issue     | [rust-lang/goals#7]      |
| Zulip channel      | [#t-piers][channel]      |
| [piers] champion   | @ana                     |
[channel]: https://example.org/piers

## Ownership and team asks

| Task                   | Owner(s) or team(s)            | Notes                      |
| ---------------------- | ------------------------------ | -------------------------- |
| Dredge                 | @mira, [@jon](https://x.org/j) | see [rust-lang/rust#12]    |
| ↳ Survey the bottom    | ![Help wanted][]               |                            |
| ↳ ~~Hire a boat~~      | @mira                          | ![Complete][]              |
| Standard reviews       | ![Team][] [piers], [T-Locks][] | small ones                 |
| Pilot                  | ![Team] [locks], @mira         |                            |
| Paint                  | *owner*                        |                            |
|                        | @mira                          | what?                      |

### Lights

| Task    | Owner(s) | Status |
|---------|----------|
| Install | @ana     | Done   |
| Test    | Various  | soon   |

## Team asks

| Team        | Support level | Notes                    |
| ----------- | ------------- | ------------------------ |
| [piers]     | large         | Move `north` and *south* |
| lighthouses | Vibes         |                          |
| [cargo]     |               |                          |

## Funding

| Purpose | Cost | Funded | Sponsor(s) |
| ------- | ---- | ------ | ---------- |
| Paint   | $5   | No     |            |
";

const PIERS: &str = "name = \"piers\"\n[people]\nleads = [\"ana\"]\nmembers = [{ github = \"Jon\", roles = [\"x\"] }]\n\
                     [website]\nname = \"Pier team\"\nrepo = \"https://example.org\"\nzulip-stream = \"t-piers\"\n";
const LOCKS: &str = "name = \"locks\"\nsubteam-of = \"piers\"\n[people]\nleads = []\nmembers = [\"Mira\"]\n";
const ALL: &str = "name = \"all\"\nkind = \"marker-team\"\n[people]\nleads = []\nmembers = [\"mira\"]\n";

#[test]
fn one_goal_and_what_becomes_of_it() {
    let goals =
        [SourceFile::new("2025h2/faster.md", GOAL), SourceFile::new("2025h2/goals.md", "# All goals\n")];
    let teams = [
        SourceFile::new("teams/piers.toml", PIERS),
        SourceFile::new("teams/locks.toml", LOCKS),
        SourceFile::new("teams/all.toml", ALL),
        SourceFile::new("teams/broken.toml", "name = "),
    ];
    let draft = draft(&goals, &teams);
    let mut seen = String::new();
    for change in &draft.changes {
        let Change::Put(fact) = change else { panic!("an import only puts") };
        let meta = fact.meta().expect("every fact of an import carries its origin");
        let what = match fact {
            Fact::Team(team) => format!("{} {:?} {:?}", team.kind.word(), team.title, team.handles),
            Fact::Plan(plan) => {
                format!("{:?} {:?}", plan.title, plan.period.map(|days| (days.from(), days.until())))
            }
            Fact::Outcome(outcome) => format!("{:?}", outcome.title),
            Fact::Work(work) => {
                format!("{:?} for {:?}", work.title.as_deref().unwrap_or_default(), work.serves)
            }
            Fact::Ask(ask) => format!("to {} {:?} gates {:?}", ask.to, ask.what, ask.gates),
            other => panic!("{}", other.id()),
        };
        let _ = writeln!(seen, "{}: {what}", fact.id());
        let _ = writeln!(seen, "    {} {:?}", meta.origin.as_deref().unwrap_or_default(), meta.see);
    }
    insta::assert_snapshot!(format!("{seen}\n{}\n{}", draft.summary(3), draft.listing()));
}
