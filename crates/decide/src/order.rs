//! What an order of work costs, in sentences.

use crate::sentence::team_name;
use kedge_forecast::order::{OrderComparison, OrderForecast, OrderKind, RankLine, Swap};
use kedge_forecast::{Amount, Quantity};
use kedge_model::Organisation;

/// The answer in a sentence: what local order costs, and what wins most of it back.
pub fn order_headline(order: &OrderForecast) -> String {
    match order {
        OrderForecast::NoValue => {
            "No open outcome has a value, so nothing says which order is better.".into()
        }
        OrderForecast::TooLittleData(_) => {
            "Too little data: fewer than two outcomes with a value can be dated.".into()
        }
        OrderForecast::NothingToOrder => {
            "No two outcomes with a value wait for the same people: any order comes to the same.".into()
        }
        OrderForecast::Compared(comparison) => compared(comparison),
    }
}

fn compared(comparison: &OrderComparison) -> String {
    let local = &comparison.local_costs;
    if !stands_out(local.net) {
        return format!(
            "Local order costs nothing that can be told: it is within {} of the best order found.",
            (local.net.mean + local.net.error * 2.0).rounded()
        );
    }
    let delay = if local.weeks.mean >= 0.05 && local.weeks.mean > 2.0 * local.weeks.error {
        format!(" and {}", weeks(local.weeks.mean))
    } else {
        String::new()
    };
    let swaps = comparison.swaps.as_ref().map(|found| {
        let number = if found.swaps.len() == 1 { "one swap wins" } else { "two swaps win" };
        (number, found.share)
    });
    let part = |share: f64, of: &str| match share {
        share if share >= 0.95 => format!("all of {of}"),
        share if share >= 0.5 => format!("most of {of}"),
        share => format!("{:.0} % of {of}", share * 100.0),
    };
    // The council's part in it is told apart, where it has one.
    let council = comparison.order(OrderKind::Council).map(|order| order.over_local);
    let (told, rest) = match council {
        Some(gain) if stands_out(gain) && stands_out(comparison.recorded_costs.net) => {
            (Some(format!("the council's rank wins {} of it", gain.mean.rounded())), "the rest")
        }
        Some(gain) if stands_out(gain) => (Some("the council's rank wins it back".into()), "the rest"),
        Some(gain) if stands_out(negative(gain)) => {
            (Some(format!("the council's rank makes it {} more", negative(gain).mean.rounded())), "both")
        }
        _ => (None, "it"),
    };
    let won = match (told, swaps) {
        (Some(told), Some((number, share))) => format!("; {told}, and {number} {}.", part(share, rest)),
        (Some(told), None) => format!("; {told}."),
        (None, Some((number, share))) => format!("; {number} {}.", part(share, rest)),
        (None, None) => ".".into(),
    };
    format!("Local order costs {}{delay}{won}", amount(local.net))
}

/// Where the order comes from, as people would say it.
pub fn order_name(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Local => "each team's own rank",
        OrderKind::Council => "as recorded, the council's first",
        OrderKind::CostOfDelay => "cost of delay over effort",
        OrderKind::Found => "the best found",
    }
}

/// A swap in a sentence, without what it wins: "catalogue: messages/stock-signal before stock-truth".
pub fn swap_sentence(organisation: &Organisation, swap: &Swap) -> String {
    let own = &swap.line.team;
    format!(
        "in the rank of {}, `{}` and `{}` change places",
        team_name(organisation, own),
        swap.up.short_for(own),
        swap.down.short_for(own)
    )
}

/// Whether an amount is above nothing by more than twice its standard error.
fn stands_out(amount: Amount) -> bool {
    amount.mean.amount() > 2.0 * amount.error.amount() && amount.mean.amount() >= 0.5
}

fn negative(amount: Amount) -> Amount {
    Amount { mean: -amount.mean, error: amount.error }
}

/// `38k ± 4k`: the mean and two standard errors.
pub fn amount(amount: Amount) -> String {
    let error = amount.error * 2.0;
    if error.amount() < 0.5 {
        amount.mean.rounded()
    } else {
        format!("{} ± {}", amount.mean.rounded(), error.rounded())
    }
}

/// `1.5 weeks`: a mean number of weeks as people say it.
pub fn weeks(weeks: f64) -> String {
    let size = if weeks.abs() < 9.95 { (weeks.abs() * 10.0).round() / 10.0 } else { weeks.abs().round() };
    let sign = if weeks < 0.0 && size > 0.0 { "−" } else { "" };
    match size.to_string().as_str() {
        "1" => format!("{sign}1 week"),
        size => format!("{sign}{size} weeks"),
    }
}

/// `2 weeks of work`, `1.4 weeks of work`: as much of it as a sum can be done again with.
pub(crate) fn weeks_exactly(weeks: f64) -> String {
    let rounded = (weeks * 1e4).round() / 1e4;
    if (rounded - 1.0).abs() < 1e-9 { "1 week of work".into() } else { format!("{rounded} weeks of work") }
}

/// Whether a mean differs from nothing by more than twice its standard error.
pub fn differs(quantity: Quantity) -> bool {
    quantity.mean.abs() > 2.0 * quantity.error
}

/// The file that a rank stands in, and its line there.
pub fn rank_line(line: &RankLine) -> (String, String) {
    let path = if line.team.is_council() {
        "council.kedge.toml".into()
    } else {
        format!("{}/team.kedge.toml", line.team)
    };
    let names: Vec<String> = line.rank.iter().map(|it| format!("\"{}\"", it.short_for(&line.team))).collect();
    (path, format!("rank = [{}]", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kedge_model::Money;

    #[test]
    fn weeks_and_amounts_as_people_say_them() {
        let words: Vec<String> = [0.0, -0.04, 0.96, 1.5, -2.25, 12.4].into_iter().map(weeks).collect();
        assert_eq!(words, ["0 weeks", "0 weeks", "1 week", "1.5 weeks", "−2.3 weeks", "12 weeks"]);
        let of = |mean, error| amount(Amount { mean: Money::new(mean), error: Money::new(error) });
        assert_eq!(of(38_000.0, 2_000.0), "38k ± 4k");
        assert_eq!(of(38_000.0, 0.0), "38k");
    }
}
