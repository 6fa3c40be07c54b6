//! `kedge decide`: the ways on for an ask, side by side; or what can lose the outcomes of a plan.

use super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::say;
use crate::terminal::{Terminal, Tone, print_table};
use kedge_decide::models::Model;
use kedge_decide::{Costs, Cut, Decision, HackOrWait, Losses, RemedyOdds, WayOn, in_full};
use kedge_forecast::Chance;
use kedge_model::{AskId, Money, Organisation, PlanId};

/// Sets of failures that are listed for an outcome; the others are counted.
const CUTS: usize = 5;

/// Prints the ways on for an ask, the recommendation first; for a plan what can lose its outcomes.
pub(crate) fn run(session: &Session, name: &str) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let ask = match find::ask(&answers.organisation, name) {
        Ok(ask) => ask,
        Err(failure) => {
            let Ok(plan) = find::plan_or_outcome(&answers.organisation, name) else { return Err(failure) };
            return run_plan(session, &plan);
        }
    };
    let decision = session.terminal.while_running("weighing the ways on", || answers.decision(&ask));
    let Some(decision) = decision else {
        let state = answers.organisation.ask(&ask).map(|it| answers.organisation.ask_state(it));
        let why = match state {
            Some(state) if state.is_open() => "it has landed",
            _ => "its plan is closed",
        };
        return Err(Failure::new(format!("there is nothing to decide about {ask}: {why}")));
    };
    if session.json {
        print_json(&*decision)?;
        return Ok(Exit::Fine);
    }
    // What is better known by asking than by weighing.
    let plan = answers.organisation.ask(&ask).and_then(|it| answers.plan(&it.plan));
    let known = plan.as_deref().and_then(|plan| super::forecast::certainty(&plan.ask(&ask)?.certainty));
    print(session.terminal, &answers.organisation, &ask, &decision, known.as_deref());
    Ok(Exit::Fine)
}

fn print(
    terminal: Terminal,
    organisation: &Organisation,
    ask: &AskId,
    decision: &Decision,
    known: Option<&str>,
) {
    say!("{}", terminal.paint(Tone::Strong, &decision.why));
    if let Some(turns) = decision.turns() {
        say!("{turns}");
    }
    if let Some(sought) = decision.sought_in_words() {
        say!("{}", terminal.paint(Tone::Soft, sought));
    }
    say!("");
    print_ways(terminal, decision);
    print_details(terminal, decision);
    print_others(terminal, decision);
    if organisation.ask(ask).is_some_and(|ask| ask.fallbacks.is_empty()) {
        say!("\nThere is no fallback to compare with: `kedge new fallback {ask} KIND` adds one.");
    }
    if let Some(hack) = &decision.hack_or_wait {
        print_hack(terminal, hack, decision.as_of);
    }
    for loss in &decision.losses {
        say!("\n{}", terminal.paint(Tone::Strong, format!("What can lose {}", loss.outcome)));
        print_loss(terminal, &loss.sentence, loss.lost.filter(|_| !loss.cuts.is_empty()), &loss.cuts);
        if loss.others > 0 {
            let plan = organisation.outcome(&loss.outcome).map(|outcome| outcome.plan.to_string());
            let more = format!(
                "  the other ways to lose it are about more than this ask: kedge decide {}",
                plan.unwrap_or_default()
            );
            say!("{}", terminal.paint(Tone::Soft, more));
        }
    }
    if let Some(known) = known {
        say!("\n{}", capital(known));
    }
    say!(
        "\n{}",
        terminal.paint(
            Tone::Soft,
            format!(
                "As of {}, {} trials each on the same random numbers. Net value is that of all plans of {}; ± is two standard \
                 errors. Recommended is the highest net value that is not ruled out and gains more than its error.",
                decision.as_of,
                decision.trials,
                ask.team()
            )
        )
    );
}

fn print_ways(terminal: Terminal, decision: &Decision) {
    let mut table =
        terminal.table(&["", "way on", "on time", "net value", "against plan", "our weeks"], &[2, 3, 4, 5]);
    let weighed = decision.ways.iter().enumerate().filter(|(_, way)| is_weighed(way));
    for (number, (at, way)) in weighed.enumerate() {
        let mark = if decision.recommended == Some(at) { " ✓" } else { "" };
        let mut what = way.what.clone();
        if way.as_planned {
            what.push_str(" (as planned)");
        }
        if let Some(ruled_out) = &way.ruled_out {
            what = format!("{what}\n{}", terminal.paint(Tone::Late, format!("ruled out: {ruled_out}")));
        }
        table.add_row([
            format!("{}{mark}", number + 1),
            what,
            way.on_time.map_or_else(|| "–".into(), |chance| format!("{}%", chance.share.cases_of_100())),
            way.net.map_or_else(|| "–".into(), |net| decision.unit.print(net.mean)),
            gain(decision, way),
            way.person_weeks.map_or_else(|| "–".into(), |weeks| format!("{:.2}", weeks.mean)),
        ]);
    }
    print_table(&table);
}

/// Whether there are figures for it.
fn is_weighed(way: &WayOn) -> bool {
    way.on_time.is_some() || way.net.is_some() || way.person_weeks.is_some()
}

fn gain(decision: &Decision, way: &WayOn) -> String {
    let unit = decision.unit;
    match way.against_plan {
        _ if way.as_planned => "0".into(),
        None => "–".into(),
        Some(gain) => {
            format!(
                "{} ± {}",
                unit.print_signed(unit.count(gain.mean)),
                unit.print_count(unit.error(gain.error))
            )
        }
    }
}

fn conditions(way: &WayOn) -> Vec<String> {
    let worth_saying = way.preconditions.iter().filter(|it| it.met != Some(false) || way.ruled_out.is_none());
    worth_saying
        .map(|condition| {
            let word = match (condition.met, condition.said.as_deref()) {
                (Some(true), None) => "so",
                (Some(false), None) => "not so",
                (None, None) => "nobody has said",
                (_, Some(said)) => said,
            };
            format!("needs: {} ({word})", condition.what)
        })
        .collect()
}

/// Each way with what it costs, what it needs, and how its net value comes about, such that it can be reckoned again.
fn print_details(terminal: Terminal, decision: &Decision) {
    for (number, way) in decision.ways.iter().filter(|way| is_weighed(way)).enumerate() {
        say!("\n{}  {}", number + 1, way.what);
        for same in &way.same {
            say!("   comes to the same in every trial: {same}");
        }
        if let Some(reckoning) = &way.reckoning {
            say!("   {}", reckoning.in_words());
        }
        let elsewhere = way.elsewhere.filter(|amount| {
            decision.unit.count(amount.mean) != 0 && amount.mean.amount().abs() > 2.0 * amount.error.amount()
        });
        if let Some(elsewhere) = elsewhere {
            let unit = decision.unit;
            say!(
                "   beside it, the plans of other teams: {} ± {}",
                unit.print_signed(unit.count(elsewhere.mean)),
                unit.print_count(unit.error(elsewhere.error))
            );
        }
        if let Some(costs) = costs(way) {
            say!("   costs us: {costs}");
        }
        if let Some((effort, source)) = &way.costs_them {
            say!("   costs them: {effort} ({})", source.detail());
        }
        for condition in conditions(way) {
            say!("   {}", terminal.paint(Tone::Soft, condition));
        }
    }
}

/// The ways that have no figures, and what they lack.
fn print_others(terminal: Terminal, decision: &Decision) {
    let mut others = decision.ways.iter().filter(|way| !is_weighed(way)).peekable();
    if others.peek().is_none() {
        return;
    }
    say!("\n{}", terminal.paint(Tone::Strong, "Ways without figures"));
    for way in others {
        let why = match (&way.ruled_out, &way.unweighed) {
            (Some(out), _) => format!("ruled out: {out}"),
            (None, Some(lacks)) => lacks.clone(),
            (None, None) => "too little data".into(),
        };
        say!("{}: {why}", way.what);
        if way.ruled_out.is_none() {
            if let Some(model) = way.model {
                say!("{}", terminal.paint(Tone::Soft, format!("  {}", Model::of(model).in_short())));
            }
            for condition in conditions(way) {
                say!("{}", terminal.paint(Tone::Soft, format!("  {condition}")));
            }
        }
    }
    say!(
        "{}",
        terminal.paint(Tone::Soft, "When each is right and what it needs: docs/coordination-models.md")
    );
}

/// Working round it now against waiting, by when it lands.
fn print_hack(terminal: Terminal, hack: &HackOrWait, near: kedge_model::Date) {
    say!(
        "\n{}",
        terminal
            .paint(Tone::Strong, format!("Starting {} now against waiting, by when it lands", hack.fallback))
    );
    say!("{}", hack.sentence);
    let titles =
        ["it lands", "trials", "lost by waiting (P10–P50–P90)", "the fallback costs", "starting is better"];
    let mut table = terminal.table(&titles, &[1, 2, 3, 4]);
    let band = |band: &kedge_decide::Band| {
        format!("{}  {}  {}", band.p10.rounded(), band.p50.rounded(), band.p90.rounded())
    };
    for point in &hack.points {
        let when = match (point.from, point.to) {
            (Some(from), Some(to)) if from == to => from.in_words(near),
            (Some(from), Some(to)) => format!("{} – {}", from.short(near), to.short(near)),
            _ => "never".into(),
        };
        table.add_row([
            when,
            point.balance.trials.to_string(),
            band(&point.balance.lost),
            band(&point.balance.costs),
            format!("{} of 100", point.balance.worth_it.share.cases_of_100()),
        ]);
    }
    print_table(&table);
}

fn print_loss(terminal: Terminal, sentence: &str, lost: Option<Chance>, cuts: &[Cut]) {
    match lost {
        Some(lost) => say!(
            "{sentence} It is lost in {} of 100 cases (± {}).",
            lost.share.cases_of_100(),
            points(lost.error)
        ),
        None => say!("{sentence}"),
    }
    for cut in cuts.iter().take(CUTS) {
        let late = cut
            .late
            .map(|late| format!("; or comes too late, {} of 100", late.share.cases_of_100()))
            .unwrap_or_default();
        let apart = cut
            .across_teams
            .map(|product| format!("; if the teams had nothing in common, {} of 100", product.cases_of_100()))
            .unwrap_or_default();
        say!("  {}: {} of 100{late}{apart}", cut.in_words(), cut.never.share.cases_of_100());
    }
    if cuts.len() > CUTS {
        say!("{}", terminal.paint(Tone::Soft, format!("  and {} more", cuts.len() - CUTS)));
    }
}

/// Two standard errors in cases of 100, to a tenth.
fn points(error: f64) -> String {
    format!("{:.1}", error * 200.0)
}

/// What can lose the outcomes of a plan.
fn run_plan(session: &Session, plan: &PlanId) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let losses = session.terminal.while_running("counting what can fail", || answers.losses(plan));
    let Some(losses) = losses else {
        return Err(Failure::new(format!("there is nothing to decide about {plan}: it is closed")));
    };
    if session.json {
        print_json(&*losses)?;
        return Ok(Exit::Fine);
    }
    print_losses(session.terminal, &losses);
    Ok(Exit::Fine)
}

fn print_losses(terminal: Terminal, losses: &Losses) {
    for (at, loss) in losses.outcomes.iter().enumerate() {
        if at > 0 {
            say!("");
        }
        say!("{}", terminal.paint(Tone::Strong, format!("What can lose {}", loss.outcome)));
        let never = loss.cuts.is_empty() && loss.up_to.is_none();
        print_loss(terminal, &loss.sentence, (!never).then_some(loss.lost), &loss.cuts);
    }
    let remedies: Vec<String> = losses.remedies.iter().map(RemedyOdds::sentence).collect();
    if !remedies.is_empty() {
        say!("\n{}", terminal.paint(Tone::Strong, "Which fallback would help most"));
        for remedy in remedies {
            say!("{remedy}");
        }
    }
    say!(
        "\n{}",
        terminal.paint(
            Tone::Soft,
            format!("As of {}, {} trials, all counted in the same.", losses.as_of, losses.trials)
        )
    );
}

pub(crate) fn signed(money: Money) -> String {
    if money.amount() >= 0.5 { format!("+{}", money.rounded()) } else { money.rounded() }
}

fn costs(way: &WayOn) -> Option<String> {
    let Costs { create, maintain, migrate, keeps, price, fee } = &way.costs;
    let parts: Vec<String> = [
        create.as_ref().map(|create| format!("{create} to make")),
        price.as_ref().map(|price| format!("{} to buy", in_full(price.money))),
        fee.as_ref().map(|fee| format!("{fee} to use")),
        maintain.as_ref().map(|maintain| format!("{maintain} to keep")),
        migrate.as_ref().map(|migrate| format!("{migrate} to leave")),
        keeps.map(|keeps| format!("keeps {keeps} of the value")),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The words as a sentence.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}
