//! The recommendation: the way with the highest net value, as it is printed, under the stated constraints.

use super::{Criterion, Unit, Way, WayOn};

/// Which way is recommended.
///
/// The arg-max of the printed net values over the ways that can be chosen: nothing rules them out, and they gain more on
/// the plan as it is than the error of that difference, two standard errors, or are that plan. A difference that trials
/// cannot tell from none is no reason to change a plan. Of equals the plan as it is, then the first.
///
/// Where nothing has a value it is the way that is most often on time.
pub(super) fn recommend(ways: &[WayOn], unit: Unit) -> (Option<usize>, Criterion) {
    let possible = || ways.iter().enumerate().filter(|(_, way)| way.ruled_out.is_none());
    let first_of_most = |worth: &dyn Fn(&WayOn) -> Option<(i64, bool)>| {
        possible().filter_map(|(at, way)| Some((at, worth(way)?))).fold(
            None,
            |best, (at, worth)| match best {
                Some((_, most)) if most >= worth => best,
                _ => Some((at, worth)),
            },
        )
    };
    let net = |way: &WayOn| Some((unit.count(way.net?.mean), way.as_planned));
    if let Some((at, _)) = first_of_most(&|way| net(way).filter(|_| tells_apart(way, unit))) {
        return (Some(at), Criterion::NetValue);
    }
    if let Some((at, _)) = first_of_most(&net) {
        return (Some(at), Criterion::NetValue);
    }
    // To drop it is never on time, so it cannot be weighed against ways that are by that measure alone.
    let cases = |way: &WayOn| {
        let chance = way.on_time.filter(|_| way.way != Way::Drop)?;
        Some((i64::from(chance.share.cases_of_100()), way.as_planned))
    };
    match first_of_most(&cases) {
        Some((at, _)) => (Some(at), Criterion::OnTime),
        None => (None, Criterion::Nothing),
    }
}

/// Whether a way is the plan as it is, or gains more on it than the error, as both are printed.
pub(super) fn tells_apart(way: &WayOn, unit: Unit) -> bool {
    way.as_planned || way.against_plan.is_none_or(|gain| unit.count(gain.mean) > unit.error(gain.error))
}
