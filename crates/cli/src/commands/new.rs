//! `kedge new`: a team, plan, outcome, work item, ask or fallback, written where it belongs.

use super::Session;
use crate::arguments::NewThing;
use crate::failure::{Exit, Failure};
use crate::find;
use kedge_files::{Template, append, template};
use kedge_model::{
    Ask, AskId, Change, DatasetId, Date, Effort, FactId, Fallback, FallbackKind, Organisation, Outcome,
    OutcomeId, Period, PersonId, Plan, PlanId, ProposalId, Purchase, Reference, Slug, Stance, Team, TeamId,
    TeamKind, Work, WorkId, nearest,
};

/// Writes the thing.
pub(crate) fn run(session: &Session, thing: &NewThing) -> Result<Exit, Failure> {
    let answers = session.to_record()?;
    let organisation = &answers.organisation;
    let (what, changes) = match thing {
        NewThing::Team { team, kind, people } => new_team(team, kind, *people)?,
        NewThing::Plan { plan, period } => new_plan(organisation, plan, period.as_deref(), answers.as_of)?,
        NewThing::Outcome { plan, id, value, due } => {
            let plan = find::plan(organisation, plan)?;
            let mut outcome = Outcome::new(OutcomeId::new(plan.team().clone(), id.clone()), plan);
            outcome.claim = value.as_deref().map(str::parse).transpose()?;
            outcome.due = *due;
            (format!("outcome {}", outcome.id), vec![outcome.into()])
        }
        NewThing::Work { plan, id, serves, effort, after } => {
            let plan = find::plan(organisation, plan)?;
            let own = plan.team().clone();
            let mut work = Work::new(WorkId::new(own.clone(), id.clone()), plan);
            work.serves = vec![OutcomeId::new(own.clone(), serves.clone())];
            work.after = after.iter().map(|id| WorkId::new(own.clone(), id.clone())).collect();
            work.effort = effort.as_deref().map(str::parse::<Effort>).transpose()?;
            (format!("work {}", work.id), vec![work.into()])
        }
        NewThing::Ask { plan, id, to, gates, what, wanted } => {
            let plan = find::plan(organisation, plan)?;
            let own = plan.team().clone();
            let ask = Ask {
                wanted: *wanted,
                gates: gates.iter().map(|gate| Reference::new(own.clone(), gate.clone())).collect(),
                ..Ask::new(AskId::new(own.clone(), id.clone()), plan, TeamId::from(to.clone()), what.clone())
            };
            (format!("ask {}", ask.id), vec![ask.into()])
        }
        NewThing::Fallback { .. } => new_fallback(organisation, thing)?,
        NewThing::Council => {
            return from_template(
                session,
                "the council's file",
                "council.kedge.toml",
                None,
                &Template::Council,
            );
        }
        NewThing::Dataset { dataset } => {
            let id: DatasetId = dataset.parse()?;
            let path = format!("{}data.kedge.toml", answers.sources.folder_of(id.team()));
            let fact = FactId::from(&id);
            return from_template(
                session,
                &fact.to_string(),
                &path,
                Some(&fact),
                &Template::Dataset { id: id.id() },
            );
        }
        NewThing::Proposal { proposal, adopters } => {
            let id: ProposalId = proposal.parse()?;
            let path = format!("{}proposal.kedge.toml", answers.sources.folder_of(id.team()));
            let adopters: Vec<TeamId> = adopters.iter().cloned().map(TeamId::from).collect();
            let fact = FactId::from(&id);
            let template = Template::Proposal { id: id.id(), title: id.id().as_str(), adopters: &adopters };
            return from_template(session, &fact.to_string(), &path, Some(&fact), &template);
        }
    };
    for change in &changes {
        let id = change.fact();
        // A fallback is part of an ask that is there already.
        if !matches!(thing, NewThing::Fallback { .. }) && organisation.fact(&id).is_some() {
            return Err(Failure::new(format!("there is {} already", article(&id)))
                .hint("choose another name, or edit its file"));
        }
    }
    session.write(&format!("new {what}"), &changes, false)
}

/// Writes a template's text into its file, behind what is there.
fn from_template(
    session: &Session,
    what: &str,
    path: &str,
    fact: Option<&FactId>,
    text: &Template<'_>,
) -> Result<Exit, Failure> {
    let answers = session.to_record()?;
    let there = fact.map_or_else(
        || answers.sources.text(path).is_some(),
        |fact| answers.organisation.fact(fact).is_some(),
    );
    if there {
        return Err(Failure::new(format!("{what} is there already")).hint(format!("edit {path}")));
    }
    let mut table = template(text);
    if let (Some(team), true) = (fact.and_then(FactId::writer), answers.sources.text(path).is_none()) {
        table = format!("team = \"{team}\"\n\n{table}");
    }
    session.write_edits(&format!("new {what}"), vec![append(&answers.sources, path, &table)])
}

fn article(id: &FactId) -> String {
    let text = id.to_string();
    let article = if text.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {text}")
}

pub(crate) fn new_team(
    team: &Slug,
    kind: &str,
    people: Option<u32>,
) -> Result<(String, Vec<Change>), Failure> {
    let kind = match kind {
        "stream" => TeamKind::Stream,
        "platform" => TeamKind::Platform,
        "enabling" => TeamKind::Enabling,
        "tiger" => TeamKind::Tiger,
        "task-force" | "community" | "external" => {
            return Err(Failure::new(format!("a {kind} team says more than its kind")).hint(format!(
                "write {team}/team.kedge.toml by hand: `kedge schema team` lists the keys it needs"
            )));
        }
        other => {
            let kinds = ["stream", "platform", "enabling", "tiger", "task-force", "community", "external"];
            let failure = Failure::new(format!("`{other}` is not a kind of team"));
            return Err(failure.hint(match nearest(other, kinds) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("kinds are: {}", kinds.join(", ")),
            }));
        }
    };
    let mut team = Team::new(TeamId::from(team.clone()), kind);
    team.stated_people = people;
    Ok((format!("team {}", team.id), vec![team.into()]))
}

pub(crate) fn new_plan(
    organisation: &Organisation,
    name: &str,
    period: Option<&str>,
    today: Date,
) -> Result<(String, Vec<Change>), Failure> {
    let id: PlanId = name.parse()?;
    let first_month = organisation.settings().calendar.first_month;
    let period = match period {
        Some(period) => Period::named(period, first_month)?,
        None => quarter_of(today, first_month)
            .ok_or_else(|| Failure::new("this date lies outside the calendar"))?,
    };
    let plan = Plan { period: Some(period), ..Plan::new(id.clone()) };
    Ok((format!("plan {id}"), vec![plan.into()]))
}

/// The quarter in which a day lies, in years that begin with `first_month`.
fn quarter_of(day: Date, first_month: u8) -> Option<Period> {
    [day.year() - 1, day.year()]
        .into_iter()
        .flat_map(|year| (1..=4).map(move |quarter| format!("{year}-Q{quarter}")))
        .filter_map(|name| Period::named(&name, first_month).ok())
        .find(|period| period.contains(day))
}

fn new_fallback(organisation: &Organisation, thing: &NewThing) -> Result<(String, Vec<Change>), Failure> {
    let NewThing::Fallback {
        ask,
        kind,
        what,
        create,
        maintain,
        migrate,
        keeps,
        with,
        send,
        price,
        fee,
        lead,
    } = thing
    else {
        return Err(Failure::new("this is not a fallback"));
    };
    let ask = find::ask(organisation, ask)?;
    let mut changed =
        organisation.ask(&ask).ok_or_else(|| Failure::new(format!("there is no ask `{ask}`")))?.clone();
    let with = with.clone().map(TeamId::from);
    let named = |with: Option<TeamId>| {
        with.ok_or_else(|| Failure::new(format!("`{kind}` says who would do it")).hint("add --with TEAM"))
    };
    let parsed = match kind.as_str() {
        "hack" => FallbackKind::Hack,
        "recreate" => FallbackKind::Recreate,
        "buy" => FallbackKind::Buy(Purchase {
            vendor: None,
            price: price.as_deref().map(str::parse).transpose()?,
            fee: fee.as_deref().map(str::parse).transpose()?,
            lead: lead.as_deref().map(str::parse).transpose()?,
        }),
        "descope" => FallbackKind::Descope,
        "do-without" => FallbackKind::DoWithout,
        "away-team" => FallbackKind::AwayTeam {
            with,
            send: send.iter().map(|who| PersonId::new(ask.team().clone(), who.clone())).collect(),
        },
        "tiger-team" => FallbackKind::TigerTeam { with: named(with)? },
        "community" => FallbackKind::Community { with: named(with)? },
        "escalate" => FallbackKind::Escalate { with },
        other => {
            const KINDS: [&str; 9] = [
                "hack",
                "recreate",
                "buy",
                "descope",
                "do-without",
                "away-team",
                "tiger-team",
                "community",
                "escalate",
            ];
            let failure = Failure::new(format!("`{other}` is not a kind of fallback"));
            return Err(failure.hint(match nearest(other, KINDS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("kinds are: {}", KINDS.join(", ")),
            }));
        }
    };
    if parsed.is_immediate() && keeps.is_none() {
        return Err(
            Failure::new(format!("`{kind}` says what part of the value it keeps")).hint("add --keeps 60%")
        );
    }
    let taken = |id: &str| changed.fallbacks.iter().any(|fallback| fallback.id.as_str() == id);
    // Among one more name than there are fallbacks, one is free.
    let numbered = (2..=changed.fallbacks.len() + 1).map(|n| format!("{kind}-{n}"));
    let id = std::iter::once(kind.clone()).chain(numbered).find(|id| !taken(id));
    let mut fallback = Fallback::new(id.unwrap_or_else(|| kind.clone()).parse()?, parsed);
    fallback.what.clone_from(what);
    fallback.create = create.as_deref().map(str::parse).transpose()?;
    fallback.maintain = maintain.as_deref().map(str::parse).transpose()?;
    fallback.migrate = migrate.as_deref().map(str::parse).transpose()?;
    if let Some(keeps) = keeps {
        fallback.keeps = keeps.parse()?;
    }
    fallback.start = Stance::DecideBy;
    let what = format!("fallback {} of {ask}", fallback.id);
    changed.fallbacks.push(fallback);
    Ok((what, vec![changed.into()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_finds_its_quarter() {
        let day = "2026-11-22".parse().unwrap();
        assert_eq!(quarter_of(day, 1), Period::named("2026-Q4", 1).ok());
        assert_eq!(quarter_of(day, 4), Period::named("2026-Q3", 4).ok());
        let february = "2027-02-01".parse().unwrap();
        assert_eq!(quarter_of(february, 4), Period::named("2026-Q4", 4).ok());
    }
}
