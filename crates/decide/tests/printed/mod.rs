//! What a decision prints, read back: the recommendation and every sum from the printed figures alone.
#![allow(dead_code, clippy::unwrap_used)]

use kedge_decide::{Decision, WayOn};

fn weighed(decision: &Decision) -> impl Iterator<Item = (usize, &WayOn)> {
    decision.ways.iter().enumerate().filter(|(_, way)| way.net.is_some())
}

/// A row as it is printed: place, net value, gain, its error, whether it is the plan, whether it is ruled out.
pub(crate) fn rows(decision: &Decision) -> Vec<[String; 4]> {
    let unit = decision.unit;
    weighed(decision)
        .map(|(at, way)| {
            let gain = way.against_plan.unwrap();
            [
                at.to_string(),
                unit.print(way.net.unwrap().mean),
                if way.as_planned {
                    "as planned".into()
                } else {
                    format!(
                        "{} ± {}",
                        unit.print_signed(unit.count(gain.mean)),
                        unit.print_count(unit.error(gain.error))
                    )
                },
                if way.ruled_out.is_some() { "ruled out".into() } else { String::new() },
            ]
        })
        .collect()
}

/// What a printed figure says: `−1,234k`, `+58k`, `0`.
pub(crate) fn read(figure: &str) -> f64 {
    let (figure, times) = figure.strip_suffix('k').map_or((figure, 1.0), |figure| (figure, 1_000.0));
    figure
        .replace(',', "")
        .replace('−', "-")
        .replace('+', "")
        .parse::<f64>()
        .map(|figure| (figure * times * 100.0).round() / 100.0)
        .unwrap()
}

/// The best row by what is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Best {
    /// Its place.
    pub(crate) at: usize,
    net: f64,
    /// Whether it is the plan as it is.
    pub(crate) planned: bool,
}

/// The highest net value of those that nothing rules out and that gain more than the error, or are the plan; `None` where
/// none is.
pub(crate) fn arg_max(decision: &Decision) -> Option<Best> {
    let mut best: Option<Best> = None;
    // Nothing but the printed rows from here on.
    for [at, net, gain, out] in rows(decision) {
        let (at, net, planned) = (at.parse().unwrap(), read(&net), gain == "as planned");
        let told_apart = planned || {
            let (gain, error) = gain.split_once(" ± ").unwrap();
            read(gain) > read(error)
        };
        let more = best
            .is_none_or(|best| net > best.net || (net - best.net).abs() < 0.5 && planned && !best.planned);
        if out.is_empty() && told_apart && more {
            best = Some(Best { at, net, planned });
        }
    }
    best
}

/// Where even the plan as it is is ruled out and nothing gains on it, it is the best of the rest: of that nothing is said.
pub(crate) fn the_recommendation_is_the_arg_max(decision: &Decision) {
    if let Some(best) = arg_max(decision) {
        let rows = rows(decision);
        assert_eq!(decision.recommended, Some(best.at), "{}: {rows:?}\n{}", decision.ask, decision.why);
    }
}

/// Every sum, done again from the words in which it is printed.
pub(crate) fn the_arithmetic_can_be_done_again(decision: &Decision) {
    for (_, way) in weighed(decision) {
        let words = way.reckoning.as_ref().unwrap().in_words();
        let mut sum = 0.0;
        let mut net = None;
        for part in words.split("; ") {
            let last = |text: &str| read(text.rsplit(' ').next().unwrap());
            if let Some((factors, product)) = part.split_once(" = ") {
                let (weeks, rate) = factors.split_once(" × ").unwrap();
                let weeks: f64 = weeks.split(' ').rev().nth(1).unwrap().parse().unwrap();
                assert!((weeks * read(rate) - read(product)).abs() <= 0.5 + 1e-6, "{part}");
                sum += if part.starts_with("less ") { -read(product) } else { read(product) };
            } else if part.starts_with("less ") {
                sum -= last(part);
            } else {
                net = Some(last(part));
            }
        }
        assert!((sum - net.unwrap()).abs() < 1e-6, "{}: {words}", decision.ask);
        assert!((way.net.unwrap().mean.amount() - sum).abs() < 1e-6, "{}: {words}", decision.ask);
    }
}
