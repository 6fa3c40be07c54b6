//! What must hold of an organisation, checked where it is built. Each failure is a finding with its fix.

mod agreements;
mod asks;
mod money;
mod names;
mod people;
mod ranks;
mod teams;
mod work;

use crate::organisation::BrokenReference;
use crate::{
    Address, Code, Currency, Date, FactId, Finding, Fix, Organisation, Reference, Scope, Severity, TeamId,
    nearest,
};
use std::sync::LazyLock;

pub(crate) use money::{currency, stated};
pub(crate) use teams::teams_named;

/// The codes of the rules that reading and building raise. Their reasons and examples are with all other rules'.
pub mod codes {
    use crate::Code;
    /// The file is not TOML.
    pub const NOT_TOML: Code = Code::new(1);
    /// A key that the language does not have there.
    pub const UNKNOWN_KEY: Code = Code::new(2);
    /// A value of the wrong type or form.
    pub const BAD_VALUE: Code = Code::new(3);
    /// A key that must be there is not.
    pub const MISSING_KEY: Code = Code::new(4);
    /// One fact stands in two places.
    pub const WRITTEN_TWICE: Code = Code::new(5);
    /// A reference to something of one's own that is not there.
    pub const UNKNOWN_REFERENCE: Code = Code::new(6);
    /// A team that the organisation does not have.
    pub const UNKNOWN_TEAM: Code = Code::new(7);
    /// Work that comes after itself.
    pub const CIRCLE: Code = Code::new(8);
    /// Work that comes after another team's.
    pub const AFTER_ANOTHER_TEAM: Code = Code::new(9);
    /// Dates that cannot both be so.
    pub const DATES_OUT_OF_ORDER: Code = Code::new(10);
    /// Money in another currency than the organisation's.
    pub const OTHER_CURRENCY: Code = Code::new(11);
    /// An outcome, a work item or a need of one team share a name.
    pub const SHARED_NAME: Code = Code::new(12);
    /// A file that speaks for a team which is not its writer.
    pub const WRONG_WRITER: Code = Code::new(13);
    /// A file that is too large, cannot be read or is not text.
    pub const UNREADABLE: Code = Code::new(14);
}

pub(crate) fn written_twice(id: &FactId) -> Finding {
    error(codes::WRITTEN_TWICE, Address::of(id.clone()), format!("{id} is written in more than one place"))
        .with_fix(Fix::advice("keep the one that is right and delete the other"))
}

fn error(code: Code, at: Address, message: String) -> Finding {
    Finding::at(code, Severity::Error, at, message)
}

/// What must hold of what one team has written and does not; and what is broken there only because another writer's fact is
/// gone. Besides the team's own files, those of teams that they name decide it, the settings, and the currency; which name
/// comes nearest to a wrong one, all of them.
pub(crate) fn of_team(
    organisation: &Organisation,
    team: &TeamId,
    currency: Option<&Currency>,
) -> (Vec<Finding>, Vec<BrokenReference>) {
    let mut checker = Checker { organisation, team, findings: Vec::new(), broken: Vec::new(), told: 0 };
    checker.teams();
    checker.names();
    checker.plans();
    checker.work();
    checker.circles();
    checker.asks();
    checker.answers();
    checker.ranks();
    checker.people();
    checker.agreements();
    checker.money(currency);
    (checker.findings, checker.broken)
}

/// What must hold of the settings and does not.
pub(crate) fn of_settings(organisation: &Organisation, currency: Option<&Currency>) -> Vec<Finding> {
    let mut findings = teams::of_settings(organisation);
    findings.extend(money::of_settings(organisation, currency));
    findings
}

struct Checker<'a> {
    organisation: &'a Organisation,
    /// Whose facts are looked at.
    team: &'a TeamId,
    findings: Vec<Finding>,
    broken: Vec<BrokenReference>,
    /// How many unknown names were told.
    told: usize,
}

/// More unknown names than this of one team are not told: each is compared with every known one, and nobody reads them all.
const MOST_TOLD: usize = 300;

impl<'a> Checker<'a> {
    /// Whether so much is wrong already that more of the same helps nobody. The organisation is refused either way.
    fn enough(&self) -> bool {
        self.told >= MOST_TOLD
    }

    fn unknown(&mut self, at: Address, name: &Reference, wanted: &str, known: &[String]) {
        self.told += 1;
        let own = at.fact.writer();
        let shown = own.as_ref().map_or_else(|| name.to_string(), |own| name.short_for(own));
        let finding = error(codes::UNKNOWN_REFERENCE, at, format!("there is no {wanted} `{shown}`"));
        self.findings.push(finding.with_fix(match nearest(&shown, known.iter().map(String::as_str)) {
            Some(nearest) => Fix::advice(format!("did you mean `{nearest}`?")),
            None if known.is_empty() => Fix::advice(format!("write it first: {} has none", name.team)),
            None => Fix::advice(format!("use one of: {}", shortened(known))),
        }));
    }

    /// A note that something of another team's is not there. `known` are the names of such things that a team has.
    fn note(
        &mut self,
        at: Address,
        names: &Reference,
        wanted: &'static str,
        known: impl Fn(&'a TeamId) -> Vec<Reference>,
    ) {
        let text = names.to_string();
        let nearest = if self.broken.len() < MOST_TOLD {
            let known = self.nearest_team(&names.team).map(known).unwrap_or_default();
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            nearest(&text, known.iter().map(String::as_str)).map(str::to_owned)
        } else {
            None
        };
        self.broken.push(BrokenReference { at, names: text, wanted, nearest });
    }

    /// The team itself where it is there, else the one that was most likely meant.
    fn nearest_team(&self, team: &TeamId) -> Option<&'a TeamId> {
        let known = || self.organisation.teams().map(|team| &team.id).chain([&*COUNCIL]);
        if let Some(own) = self.organisation.team(team) {
            return Some(&own.id);
        }
        let nearest = nearest(team.as_str(), known().map(TeamId::as_str))?;
        known().find(|team| team.as_str() == nearest)
    }

    /// An error where the thing named would be the writer's own, a note where another writes it, or where it may stand in a
    /// file of the writer's that is not here.
    fn own_or_note(
        &mut self,
        at: Address,
        name: &Reference,
        wanted: &'static str,
        known: impl Fn(&'a TeamId) -> Vec<Reference>,
    ) {
        if self.team != &name.team || self.organisation.scope() == Scope::Partial {
            return self.note(at, name, wanted, known);
        }
        // A bare name is one's own; where only others have such a thing, it is theirs that was meant.
        let mut elsewhere =
            self.organisation.everybody().flat_map(&known).filter(|it| it.id == name.id).collect::<Vec<_>>();
        elsewhere.sort();
        elsewhere.dedup();
        if let [only] = &elsewhere[..] {
            let message = format!("`{}` has no `{}` of its own", name.team, name.id);
            let fix = Fix::advice(format!("did you mean `{only}`?"));
            self.findings.push(error(codes::UNKNOWN_REFERENCE, at, message).with_fix(fix));
            return;
        }
        let own = known(self.team);
        let short: Vec<String> =
            own.iter().filter(|it| it.team == name.team).map(|it| it.id.to_string()).collect();
        self.unknown(at, name, wanted.trim_start_matches("an ").trim_start_matches("a "), &short);
    }

    fn order(&mut self, at: Address, first: (&str, Date), second: (&str, Date)) {
        if second.1 < first.1 {
            let message = format!("`{}` ({}) comes before `{}` ({})", second.0, second.1, first.0, first.1);
            self.findings.push(
                error(codes::DATES_OUT_OF_ORDER, at, message)
                    .with_fix(Fix::advice("correct one of the two dates")),
            );
        }
    }
}

fn asks_of(organisation: &Organisation, team: &TeamId) -> Vec<Reference> {
    organisation.asks_of(team).map(|it| it.id.reference().clone()).collect()
}

fn outcomes_of(organisation: &Organisation, team: &TeamId) -> Vec<Reference> {
    organisation.outcomes_of(team).map(|it| it.id.reference().clone()).collect()
}

fn datasets_of(organisation: &Organisation, team: &TeamId) -> Vec<Reference> {
    organisation.datasets_of(team).map(|it| it.id.reference().clone()).collect()
}

fn initiatives_by(organisation: &Organisation, team: &TeamId) -> Vec<Reference> {
    organisation.initiatives_by(team).map(|it| it.id.reference().clone()).collect()
}

static COUNCIL: LazyLock<TeamId> = LazyLock::new(TeamId::council);

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown} … ({} in all)", names.len()) } else { shown }
}
