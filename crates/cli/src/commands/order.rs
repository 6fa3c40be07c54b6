//! `kedge order`: what local order costs, which swaps win most of it, and the best order found.

use super::decide::signed;
use super::forecast::{lacking, when};
use super::{Session, print_edits, print_json};
use crate::failure::{Exit, Failure};
use crate::terminal::{Terminal, Tone, print_table, say};
use kedge_decide::order::{amount, differs, order_headline, order_name, swap_sentence, weeks};
use kedge_forecast::order::{OrderComparison, OrderForecast, OrderKind, RankLine, SearchEffort};
use kedge_model::Change;
use kedge_workspace::Answers;

/// Prints the answer, then the orders side by side, the swaps, the best order and the lines that adopt it.
pub(crate) fn run(session: &Session) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let order = session.terminal.while_running("searching for a better order", || answers.order());
    if session.json {
        print_json(&*order)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    say!("{}", terminal.paint(Tone::Strong, order_headline(&order)));
    match &*order {
        OrderForecast::Compared(comparison) => print_comparison(session, &answers, comparison),
        OrderForecast::TooLittleData(lacks) => say!("Missing: {}.", lacking(lacks)),
        OrderForecast::NoValue => say!("`value = \"40k/week\"` under an outcome says what it is worth."),
        OrderForecast::NothingToOrder => {}
    }
    Ok(Exit::Fine)
}

fn print_comparison(session: &Session, answers: &Answers, comparison: &OrderComparison) {
    let terminal = session.terminal;
    say!();
    let mut table = terminal.table(&["", "order", "value", "net value", "against own ranks"], &[2, 3, 4]);
    for order in &comparison.orders {
        let against = match order.kind {
            OrderKind::Local => String::new(),
            _ => format!("{} ± {}", signed(order.over_local.mean), (order.over_local.error * 2.0).rounded()),
        };
        table.add_row([
            if order.kind == comparison.best { "✓" } else { "" }.to_owned(),
            order_name(order.kind).to_owned(),
            order.value.mean.rounded(),
            amount(order.net),
            against,
        ]);
    }
    print_table(&table);
    if let Some(found) = &comparison.swaps {
        let cost = &comparison.recorded_costs;
        say!(
            "\n{}",
            terminal.paint(
                Tone::Strong,
                format!(
                    "{} {} of the {} that the order as recorded costs",
                    if found.swaps.len() == 1 { "One swap wins" } else { "Two swaps win" },
                    amount(found.together),
                    cost.net.mean.rounded(),
                )
            )
        );
        for swap in &found.swaps {
            say!("  {}: {}", swap_sentence(&answers.organisation, swap), amount(swap.gain));
        }
        // Of two swaps in one rank the second line holds both.
        let lines: Vec<RankLine> = found.swaps.iter().map(|swap| swap.line.clone()).collect();
        print_lines(session, answers, &lines);
    }
    say!();
    print_places(terminal, comparison);
    let unvalued: Vec<String> = comparison.unvalued.iter().map(ToString::to_string).collect();
    if !unvalued.is_empty() {
        say!("Without a value, so behind all these, as ranked now: {}.", unvalued.join(", "));
    }
    if !comparison.lacks.is_empty() {
        say!("Left out, since it cannot be dated: {}.", lacking(&comparison.lacks));
    }
    if let Some(adoption) = &comparison.adoption {
        say!(
            "\n{}",
            terminal.paint(Tone::Strong, format!("To adopt it, which wins {}:", amount(adoption.gain)))
        );
        print_lines(session, answers, &adoption.lines);
        if !adoption.no_longer_spared.is_empty() {
            let asks: Vec<String> = adoption.no_longer_spared.iter().map(ToString::to_string).collect();
            say!(
                "No longer in the council's rank, so not spared from shifts in priority: {}.",
                asks.join(", ")
            );
        }
    }
    let SearchEffort { tried, trials, cut_short } = comparison.search;
    say!(
        "\n{}",
        terminal.paint(
            Tone::Soft,
            format!(
                "As of {}, {} trials each on the same random numbers, seed {}. The search tried {tried} orders on {trials} \
                 other trials{}.",
                comparison.as_of,
                comparison.trials,
                comparison.seed,
                if cut_short { ", and stopped with more to try" } else { "" },
            )
        )
    );
}

/// The best order, with why each outcome stands where it does and when it goes live, as recorded and in this order.
fn print_places(terminal: Terminal, comparison: &OrderComparison) {
    let near = comparison.as_of;
    let titles = ["", "outcome", "a week late", "work left", "by the rule", "P80", "sooner"];
    let mut table = terminal.table(&titles, &[0, 2, 3, 4, 5, 6]);
    for (index, place) in comparison.places.iter().enumerate() {
        let p80 = comparison.order(comparison.best).and_then(|order| {
            let outcome = order.outcomes.iter().find(|it| it.outcome == place.outcome)?;
            Some(when(terminal, outcome.p80, near))
        });
        let none = || "–".to_owned();
        let costs = comparison.recorded_costs.outcomes.iter().find(|it| it.outcome == place.outcome);
        let sooner = costs.filter(|it| differs(it.weeks)).map_or_else(none, |it| weeks(it.weeks.mean));
        let claimed = if place.confirmed { "" } else { " claimed" };
        table.add_row([
            (index + 1).to_string(),
            place.outcome.to_string(),
            format!("{}{}", place.cost_of_delay.rounded(), terminal.paint(Tone::Soft, claimed)),
            weeks(place.weeks_left),
            place.by_cost_of_delay.to_string(),
            p80.unwrap_or_else(none),
            sooner,
        ]);
    }
    print_table(&table);
    let rule = "By the rule: its place by cost of delay over effort alone. Sooner: than as recorded.";
    say!("{}", terminal.paint(Tone::Soft, rule));
}

/// The lines as they would be written, as a difference to the files.
fn print_lines(session: &Session, answers: &Answers, lines: &[RankLine]) {
    let changes: Vec<Change> =
        lines.iter().filter_map(|line| line.act().changes(&answers.organisation).ok()).flatten().collect();
    let Ok(edits) = session.workspace.preview(&changes) else { return };
    print_edits(session.terminal, &edits);
}
