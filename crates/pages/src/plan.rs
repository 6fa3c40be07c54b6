//! Plans: the list, and for one plan when it comes, as planned and under each policy, and what to do today.

use crate::picture::{Axis, Lane, timeline};
use crate::shell::{Frame, Section, dotted, empty, headline, page, prose};
use crate::source::{anchor, detailed};
use crate::table::{Column, Row, table};
use crate::{
    ask, checks, claims, comments, drawn, hangs_on, link, losses, next, overview, plan_parts, say, words,
};
use kedge_check::Report;
use kedge_decide::{Decision, Losses, Next};
use kedge_floor::{OutcomeStanding, Standing, Status};
use kedge_forecast::{
    BestStart, Chance, Dates, DecideBy, Lack, Note, OutcomeForecast, PlanForecast, Policy, PolicyForecast,
};
use kedge_model::{
    About, Address, Ask, AskId, Date, FactId, Money, Organisation, Plan, PlanId, Probability, Share, Source,
};
use maud::{Markup, html};

/// The answers that a plan's page shows.
#[derive(Clone, Copy)]
pub struct PlanAnswers<'a> {
    /// What stands.
    pub standing: &'a Standing,
    /// When, under every policy; `None` while it is being worked out.
    pub forecast: Option<&'a PlanForecast>,
    /// The ways on for each open ask, as far as they have been worked out.
    pub decisions: &'a [Decision],
    /// What can lose its outcomes, where that is counted.
    pub losses: Option<&'a Losses>,
    /// What wants doing in the organisation.
    pub next: &'a Next,
    /// What the rules found in the organisation.
    pub report: Option<&'a Report>,
}

/// Every plan.
pub fn plans(frame: &Frame<'_>, answers: &overview::Answers<'_>) -> Markup {
    let organisation = frame.organisation;
    let open = organisation.plans().filter(|plan| plan.closed.is_none()).count();
    let closed: Vec<&Plan> = organisation.plans().filter(|plan| plan.closed.is_some()).collect();
    let main = html! {
        (headline(
            &html! { "Plans" },
            &match open {
                0 => "No plan is open.".to_owned(),
                open => format!("{}.", words::capital(&words::number_of(open, "open plan", "open plans"))),
            },
            &html! { (answers.standing.organisation.sentence()) },
        ))
        @if open == 0 {
            (empty("There is no open plan in these files.", "A plan says what a team means to ship, by when, and what it asks of others.", Some("kedge new plan TEAM/PLAN")))
        } @else {
            (overview::plans(frame, answers, usize::MAX))
        }
        @if !closed.is_empty() {
            h2 { "Closed, kept as a record" }
            ul.plain {
                @for plan in closed {
                    li {
                        a href=(link::plan(&plan.id)) { (prose(plan.name())) } " " small { (say::team(organisation, plan.id.team())) }
                        @if let Some(closed) = plan.closed { small { " · closed on " (closed.in_words(frame.as_of)) } }
                    }
                }
            }
        }
    };
    page(frame, Some(Section::Plans), "Plans", &main)
}

/// One plan.
pub fn plan(frame: &Frame<'_>, answers: &PlanAnswers<'_>, plan: &Plan) -> Markup {
    let organisation = frame.organisation;
    let outcomes: Vec<&OutcomeStanding> = answers.standing.outcomes_of(&plan.id).collect();
    let asks: Vec<&Ask> =
        organisation.parts(&plan.id).asks.iter().filter_map(|id| organisation.ask(id)).collect();
    let view =
        View { frame, answers, plan, main: main_outcome(organisation, &plan.id, &outcomes), asks: &asks };
    let (open, settled): (Vec<&Ask>, Vec<&Ask>) = asks.iter().partition(|ask| view.is_open(&ask.id));
    // A plan's own findings are those in its file.
    let file = frame.files.locate(&Address::of(FactId::Plan(plan.id.clone()))).map(|place| place.file);
    let mine = match (answers.report, &file) {
        (Some(report), Some(file)) => checks::in_file(report, file),
        _ => Vec::new(),
    };
    let items: Vec<_> =
        answers.next.items.iter().filter(|item| asks.iter().any(|ask| ask.id == item.ask)).collect();
    let body = html! {
        (headline(&view.above(&outcomes), &view.headline(), &view.lede()))
        (view.pictures(&outcomes))
        @if !items.is_empty() { (next::list(frame, "What wants doing", &items, answers.next.timed, 6)) }
        @for ask in &open {
            (ask::section(
                frame,
                answers.standing,
                answers.forecast,
                answers.decisions.iter().find(|decision| decision.ask == ask.id),
                ask,
                true,
            ))
        }
        @if let Some(losses) = answers.losses { (losses::of_plan(frame, losses)) }
        (plan_parts::outcomes(frame, &outcomes))
        (claims::waiting(frame, outcomes.iter().copied()))
        (plan_parts::work(frame, plan))
        @if !settled.is_empty() {
            h2 { "Asks that hold nothing up" }
            ul.plain {
                @for ask in settled {
                    li { a href=(link::ask(&ask.id)) { (ask.id) } " " small { (say::team(organisation, &ask.to)) " · " (say::ask_state(&organisation.ask_state(ask), frame.as_of)) } }
                }
            }
        }
        @if let Some(forecast) = answers.forecast { (hangs_on::section(&forecast.hangs_on, plan.id.team())) }
        (view.reasons())
        (checks::list("What the checks say", &mine))
        (comments::section(frame, &About::Plan(plan.id.clone())))
    };
    page(frame, Some(Section::Plans), &plan.name().replace('`', ""), &body)
}

/// The outcome that the headline is about: the one worth most of those to come, else the first.
fn main_outcome<'a>(
    organisation: &Organisation,
    plan: &PlanId,
    outcomes: &[&'a OutcomeStanding],
) -> Option<&'a OutcomeStanding> {
    let worth = |outcome: &OutcomeStanding| outcome.worth.map_or(0.0, |worth| worth.a_week.amount());
    let place = |outcome: &OutcomeStanding| {
        organisation.parts(plan).outcomes.iter().position(|id| id == &outcome.outcome)
    };
    let planned = || outcomes.iter().copied().filter(|outcome| outcome.status == Status::Planned);
    planned()
        .min_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| place(a).cmp(&place(b))))
        .or_else(|| outcomes.first().copied())
}

struct View<'a> {
    frame: &'a Frame<'a>,
    answers: &'a PlanAnswers<'a>,
    plan: &'a Plan,
    main: Option<&'a OutcomeStanding>,
    asks: &'a [&'a Ask],
}

impl View<'_> {
    fn policy(&self, policy: Policy) -> Option<&PolicyForecast> {
        self.answers.forecast?.policy(policy)
    }

    fn is_open(&self, ask: &AskId) -> bool {
        self.answers.standing.outcomes.iter().any(|outcome| outcome.holds.iter().any(|hold| &hold.ask == ask))
    }

    fn above(&self, outcomes: &[&OutcomeStanding]) -> Markup {
        let organisation = self.frame.organisation;
        let team = self.plan.id.team();
        let mut facts = vec![
            html! { a href=(link::team(team)) { (words::capital(say::team(organisation, team))) } },
            html! { (prose(self.plan.name())) },
        ];
        if let Some(period) = self.plan.period {
            let as_of = self.frame.as_of;
            facts.push(html! { (period.from().short(as_of)) " to " (period.until().short(as_of)) });
        }
        if let [only] = outcomes
            && let Some(worth) = only.worth
        {
            facts.push(html! { (value_words(organisation, only, worth)) });
        } else if outcomes.len() > 1 {
            facts.push(html! { (words::counted(outcomes.len(), "outcome", "outcomes")) });
        }
        if let Some(closed) = self.plan.closed {
            facts.push(html! { "closed on " (closed.in_words(self.frame.as_of)) });
        }
        dotted(&facts)
    }

    /// The answer: when, in cases of 100; and what starting today changes.
    fn headline(&self) -> String {
        let as_of = self.frame.as_of;
        let Some(outcome) = self.main else { return "This plan has no outcome yet.".into() };
        match outcome.status {
            Status::Delivered { on } => return format!("Live since {}.", on.in_words(as_of)),
            Status::Dropped { on } => return format!("Dropped on {}.", on.in_words(as_of)),
            Status::Planned => {}
        }
        let as_planned = self.policy(Policy::AsPlanned);
        let forecast =
            as_planned.and_then(|policy| policy.outcomes.iter().find(|it| it.outcome == outcome.outcome));
        let Some(forecast) = forecast else { return stands_headline(outcome, as_of) };
        let name = if self.answers.standing.outcomes_of(&self.plan.id).count() > 1 {
            format!("{}: live", outcome.name.replace('`', ""))
        } else {
            "Live".to_owned()
        };
        match (&forecast.live, forecast.due, forecast.by_due) {
            (Dates::Happened(on), ..) => format!("Live since {}.", on.in_words(as_of)),
            (Dates::TooLittleData(_), ..) => {
                format!("There is too little data for a date. {}", stands_headline(outcome, as_of))
            }
            (Dates::Spread(_), Some(due), Some(chance)) => {
                let first = if due < as_of {
                    format!(
                        "{name} by {} in {}: that day has passed.",
                        due.in_words(as_of),
                        words::cases(chance.share)
                    )
                } else {
                    format!("{name} by {} in {}.", due.in_words(as_of), words::cases(chance.share))
                };
                match self.better(outcome, chance) {
                    Some(second) => format!("{first} {second}"),
                    None => first,
                }
            }
            (Dates::Spread(spread), ..) => match spread.p50.date() {
                Some(day) => format!("{name} by {} in half of the cases.", day.in_words(as_of)),
                None => format!("{name} in fewer than half of the cases."),
            },
        }
    }

    /// `Start the vault table today and it is 98.`: the one start that the forecast recommends before its decide-by, where it
    /// moves the chance by a case of 100 or more.
    fn better(&self, outcome: &OutcomeStanding, now: Chance) -> Option<String> {
        let as_of = self.frame.as_of;
        let forecast = self.answers.forecast?;
        let lost: Vec<&Ask> = outcome.lost_to().filter_map(|id| self.frame.organisation.ask(id)).collect();
        if !lost.is_empty() {
            let mut teams: Vec<&str> =
                lost.iter().map(|ask| say::team(self.frame.organisation, &ask.to)).collect();
            teams.dedup();
            return Some(format!(
                "Nothing of it stands without {}: find a way on.",
                kedge_model::listed(&teams)
            ));
        }
        let now = now.share.cases_of_100();
        let best = forecast
            .asks
            .iter()
            .filter(|ask| outcome.holds.iter().any(|hold| hold.ask == ask.ask))
            .filter_map(|ask| {
                let BestStart::On { date, before_decide_by: true, curve, .. } = &ask.best_start else {
                    return None;
                };
                let then = curve.iter().find(|start| start.date == *date)?.on_time?.share.cases_of_100();
                let gates_only_this = self
                    .answers
                    .standing
                    .outcomes
                    .iter()
                    .filter(|other| other.holds.iter().any(|hold| hold.ask == ask.ask))
                    .count()
                    == 1;
                (then > now && gates_only_this).then_some((then, *date, ask))
            })
            .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.2.ask.cmp(&a.2.ask)));
        if let Some((then, date, ask)) = best {
            let organisation = self.frame.organisation;
            let asked = organisation.ask(&ask.ask)?;
            let fallback = asked.fallbacks.get(organisation.first_self_reliant(asked)?)?;
            let when =
                if date == as_of { "today".to_owned() } else { format!("on {}", date.in_words(as_of)) };
            let name = say::fallback(organisation, asked, fallback);
            return Some(format!("Start “{name}” {when} and it is {then}."));
        }
        let alone = say::on_time(self.policy(Policy::Alone), &outcome.outcome)?.share.cases_of_100();
        if alone > now {
            return Some(format!("Without waiting for anyone it is {alone}."));
        }
        let too_late = forecast
            .asks
            .iter()
            .filter(|ask| outcome.holds.iter().any(|hold| hold.ask == ask.ask))
            .any(|ask| matches!(ask.decide_by, DecideBy::TooLate { .. }));
        too_late.then(|| "Cut scope or move the date: no start is early enough.".into())
    }

    /// What decides it: how much stands, and what it waits for most.
    fn lede(&self) -> Markup {
        let organisation = self.frame.organisation;
        let as_of = self.frame.as_of;
        let Some(outcome) = self.main else {
            return html! { "An outcome is something a customer gets, with a day by which it is due and what it is worth a week." };
        };
        let lacking = say::lacks(self.policy(Policy::AsPlanned), &outcome.outcome).len();
        // Without dates the headline itself says what stands.
        let dated = say::dates(self.policy(Policy::AsPlanned), &outcome.outcome).is_some();
        let waits = self
            .answers
            .forecast
            .into_iter()
            .flat_map(|forecast| &forecast.asks)
            .filter(|ask| outcome.holds.iter().any(|hold| hold.ask == ask.ask))
            .max_by(|a, b| a.waits.share.get().total_cmp(&b.waits.share.get()))
            .map(|ask| &ask.ask)
            .or_else(|| outcome.holds.first().map(|hold| &hold.ask));
        html! {
            @if lacking > 0 {
                (words::capital(&words::number_of(lacking, "estimate is", "estimates are"))) " missing; with "
                @if lacking == 1 { "it" } @else { "them" } " this page says when. "
            } @else if outcome.status == Status::Planned && dated {
                (prose(&stands_sentence(outcome, as_of))) " "
            }
            @if let Some(ask) = waits.and_then(|id| organisation.ask(id)) {
                "What it waits for most: " b { a href=(link::ask(&ask.id)) { (ask.id) } } " from "
                (say::team(organisation, &ask.to)) ", " (say::ask_state(&organisation.ask_state(ask), as_of)) "."
            } @else if outcome.status == Status::Planned {
                "It waits for no other team."
            }
        }
    }

    fn pictures(&self, outcomes: &[&OutcomeStanding]) -> Markup {
        let Some(forecast) = self.answers.forecast else {
            return html! {
                @if outcomes.iter().any(|outcome| outcome.status == Status::Planned) {
                    section.empty { p role="status" { "The dates are being worked out. What stands is known without them, and is below." } }
                }
            };
        };
        let planned = || outcomes.iter().filter(|outcome| outcome.status == Status::Planned);
        let axis = Self::axis(forecast);
        html! {
            @for outcome in planned().filter(|outcome| !say::lacks(forecast.policy(Policy::AsPlanned), &outcome.outcome).is_empty()) {
                (too_little(outcome, say::lacks(forecast.policy(Policy::AsPlanned), &outcome.outcome), planned().count() > 1))
            }
            @for outcome in planned().filter(|outcome| say::lacks(forecast.policy(Policy::AsPlanned), &outcome.outcome).is_empty()) {
                @let lanes = self.lanes(forecast, outcome, axis);
                @let due = as_planned(forecast, outcome).and_then(|it| it.due);
                figure #{"when-" (anchor(&outcome.outcome.to_string()))} {
                    @if planned().count() > 1 { p.figure-title { b { (prose(&outcome.name)) } } }
                    (timeline(axis, due, &lanes))
                    figcaption {
                        "Bars: P10–P90; thick line: median; thin line: P80. Solid stands alone, hatched leans on others. "
                        a href=(link::trial(&self.plan.id, "as-planned", 0)) { "Replay a trial" }
                    }
                    details {
                        summary { "Table" }
                        (Self::figures(forecast, outcome))
                    }
                }
            }
        }
    }

    fn axis(forecast: &PlanForecast) -> Axis {
        let of_policies = || forecast.policies.iter().flat_map(|policy| &policy.outcomes);
        let near = forecast
            .policies
            .iter()
            .filter(|policy| policy.policy != Policy::Wait)
            .flat_map(|policy| &policy.outcomes)
            .flat_map(|outcome| [outcome.due, outcome.live.spread().and_then(|spread| spread.p50.date())])
            .flatten();
        let all = of_policies()
            .filter_map(|outcome| outcome.live.spread())
            .flat_map(|spread| drawn::spread(spread).days().collect::<Vec<_>>());
        Axis::fitting(forecast.as_of, near, all)
    }

    fn lanes(&self, forecast: &PlanForecast, outcome: &OutcomeStanding, axis: Axis) -> Vec<Lane> {
        let no_asks = outcome.holds.is_empty();
        forecast
            .policies
            .iter()
            // With nothing to wait for, every policy is the same.
            .filter(|policy| !no_asks || policy.policy == Policy::AsPlanned)
            .filter_map(|policy| {
                let it = policy.outcomes.iter().find(|it| it.outcome == outcome.outcome)?;
                let spread = it.live.spread();
                let never = spread.map_or(Probability::ZERO, |spread| spread.never.share);
                Some(Lane {
                    name: policy_name(policy.policy).to_owned(),
                    what: self.what(policy.policy, outcome, axis.from()),
                    spread: spread.map(drawn::spread),
                    texture: drawn::texture(self.answers.standing, outcome, policy.policy),
                    on_time: it.by_due.map_or_else(String::new, |chance| {
                        format!("{} on time", words::percent(chance.share))
                    }),
                    never: if never > Probability::ZERO {
                        format!("never in {}", words::percent(never))
                    } else {
                        String::new()
                    },
                })
            })
            .collect()
    }

    /// What is done under a policy, in a few words.
    fn what(&self, policy: Policy, outcome: &OutcomeStanding, as_of: Date) -> String {
        let of_outcome = || {
            self.answers
                .forecast
                .into_iter()
                .flat_map(|forecast| &forecast.asks)
                .filter(|ask| outcome.holds.iter().any(|hold| hold.ask == ask.ask))
        };
        match policy {
            Policy::AsPlanned if outcome.holds.is_empty() => "no ask in the way".into(),
            Policy::AsPlanned => match of_outcome().filter_map(|ask| ask.decide_by.date()).min() {
                Some(day) => format!("decide by {}", words::short_day(day, as_of)),
                None => "as recorded".into(),
            },
            Policy::Wait => "never take a fallback".into(),
            Policy::Hedge => "each fallback at its decide-by".into(),
            Policy::StartNow => "each fallback today".into(),
            Policy::Alone => {
                let mut teams: Vec<&str> = outcome
                    .holds
                    .iter()
                    .filter_map(|hold| self.asks.iter().find(|ask| ask.id == hold.ask))
                    .map(|ask| say::team(self.frame.organisation, &ask.to))
                    .collect();
                teams.sort_unstable();
                teams.dedup();
                match teams.as_slice() {
                    [one] => format!("{one} never delivers"),
                    _ => "no other team delivers".into(),
                }
            }
        }
    }

    fn figures(forecast: &PlanForecast, outcome: &OutcomeStanding) -> Markup {
        let as_of = forecast.as_of;
        let none = || html! { span.soft { "–" } };
        let rows: Vec<Row> = forecast
            .policies
            .iter()
            .filter_map(|policy| {
                let it = policy.outcomes.iter().find(|it| it.outcome == outcome.outcome)?;
                let spread = it.live.spread();
                let day = |name: &str, quantile: fn(&kedge_forecast::Spread) -> kedge_forecast::Quantile| {
                    spread.map(quantile).map_or_else(none, |quantile| {
                        detailed(
                            &format!("{name}-{}-{}", outcome.outcome, policy_name(policy.policy)),
                            &say::when(quantile.at, as_of),
                            &say::known(quantile, as_of, forecast.trials),
                        )
                    })
                };
                Some(Row::new(vec![
                    html! { b { (policy_name(policy.policy)) } },
                    day("p10", |spread| spread.p10),
                    day("p50", |spread| spread.p50),
                    day("p80", |spread| spread.p80),
                    day("p90", |spread| spread.p90),
                    spread.map_or_else(none, |spread| html! { (words::percent(spread.never.share)) }),
                    it.by_due.map_or_else(none, |chance| detailed(
                        &format!("due-{}-{}", outcome.outcome, policy_name(policy.policy)),
                        &words::percent(chance.share),
                        &format!("{} trials; two standard errors are {:.1} cases of 100", chance.trials, 200.0 * chance.error),
                    )),
                    html! { (format!("{:.1}", policy.person_weeks.mean)) },
                    match policy.worth.account() {
                        Some(account) if policy.policy == Policy::AsPlanned => html! { (account.net.mean.rounded()) },
                        Some(account) => html! {
                            (words::signed(account.gain.mean)) small { "± " (Money::new(2.0 * account.gain.error.amount()).rounded()) }
                        },
                        None => none(),
                    },
                ]))
            })
            .collect();
        html! {
            (table(
                "When it is live under each policy",
                &[
                    Column::head("Policy"),
                    Column::figure("P10"),
                    Column::figure("P50"),
                    Column::figure("P80"),
                    Column::figure("P90"),
                    Column::figure("Never"),
                    Column::figure("On time"),
                    Column::figure("Our weeks"),
                    Column::figure("Net, or against plan"),
                ],
                &[],
                &rows,
            ))
            p.foot { (forecast.trials) " trials, all policies on the same random numbers, seed " (forecast.seed) ". Weeks and net are of the whole plan." }
        }
    }

    /// What the dates rest on.
    fn reasons(&self) -> Markup {
        let Some(forecast) = self.answers.forecast else { return html! {} };
        let untimed: Vec<_> = forecast
            .notes
            .iter()
            .filter_map(|note| match note {
                Note::Untimed(work) => Some(work),
                _ => None,
            })
            .collect();
        html! {
            @if !forecast.assumptions.is_empty() || !forecast.notes.is_empty() {
                h2 #reasons { "What this rests on" }
                ul.plain.rests {
                    @for note in forecast.notes.iter().filter(|note| !matches!(note, Note::Untimed(_))) {
                        li { (prose(&say::note(self.frame.organisation, note))) }
                    }
                    @if !untimed.is_empty() {
                        li {
                            (words::capital(&words::number_of(untimed.len(), "item", "items")))
                            " of the team without an effort "
                            @if untimed.len() == 1 { "takes" } @else { "take" }
                            " no time in its queue: dates may come later."
                            details {
                                summary { "Which" }
                                ul.plain { @for work in &untimed { li { code { (work) } } } }
                            }
                        }
                    }
                    @for assumption in &forecast.assumptions {
                        li { (prose(&words::sentence(&assumption.what))) " " small { (source_words(&assumption.source)) } }
                    }
                }
            }
        }
    }
}

/// What is missing for the dates of an outcome, what it would tell, and the line that says it.
fn too_little(outcome: &OutcomeStanding, lacks: &[Lack], named: bool) -> Markup {
    html! {
        section.empty #{"when-" (anchor(&outcome.outcome.to_string()))} {
            p {
                b { "Too little data for dates" @if named { " of “" (prose(&outcome.name)) "”" } "." }
                " With what is missing this page says when it is live, the chance to be on time, and by which day to decide on each fallback. Nothing is invented meanwhile: what stands, and the checks, hold without it."
            }
            ul.plain {
                @for lack in lacks {
                    li {
                        (prose(&words::sentence(&say::lack(lack)))) " "
                        @match lack {
                            Lack::Effort(_) => code { "effort = \"3w, rarely over 6w\"" },
                            Lack::Create { .. } => code { "create = \"1w, rarely over 2w\"" },
                            Lack::Work(_) => { "Add what has to happen as " code { "[work.…]" } " with " code { "for" } "." },
                        }
                    }
                }
            }
        }
    }
}

fn source_words(source: &Source) -> String {
    format!("{}: {}", source.word(), source.detail())
}

fn as_planned<'a>(forecast: &'a PlanForecast, outcome: &OutcomeStanding) -> Option<&'a OutcomeForecast> {
    forecast.policy(Policy::AsPlanned)?.outcomes.iter().find(|it| it.outcome == outcome.outcome)
}

/// What stands, as a headline: many names are counted rather than told.
fn stands_headline(outcome: &OutcomeStanding, as_of: Date) -> String {
    let lost = outcome.lost_to().count();
    if lost > 2 {
        return format!("None of it stands: {} have no way on.", words::number_of(lost, "ask", "asks"));
    }
    outcome.sentence(as_of).replace('`', "")
}

fn stands_sentence(outcome: &OutcomeStanding, as_of: Date) -> String {
    if outcome.share == Share::ONE && !outcome.holds.is_empty() {
        return "It stands alone, at all of its value.".into();
    }
    if outcome.share > Share::ZERO && outcome.share < Share::ONE {
        return format!("It stands alone at {} of its value.", words::share(outcome.share));
    }
    outcome.sentence(as_of)
}

fn value_words(organisation: &Organisation, outcome: &OutcomeStanding, worth: kedge_model::Worth) -> String {
    match organisation.confirmation(&outcome.outcome) {
        Some(confirmed) => {
            let person = organisation
                .team(confirmed.who.team())
                .map(|team| &team.persons)
                .or_else(|| confirmed.who.team().is_council().then(|| &organisation.council().persons))
                .and_then(|persons| persons.get(confirmed.who.id()))
                .and_then(|person| person.name.as_deref());
            format!(
                "{}, confirmed by {}",
                words::a_week(worth.a_week),
                person.unwrap_or(confirmed.who.id().as_str())
            )
        }
        None => format!("{}, a claim", words::a_week(worth.a_week)),
    }
}

pub(crate) fn policy_name(policy: Policy) -> &'static str {
    match policy {
        Policy::AsPlanned => "As planned",
        Policy::Wait => "Wait",
        Policy::Hedge => "Hedge",
        Policy::StartNow => "Start now",
        Policy::Alone => "Alone",
    }
}
