//! Plans, outcomes, work, asks and their fallbacks.

use super::{Home, decode_meta, encode_meta, named, unless};
use crate::node::{Node, Value};
use crate::reading::Reading;
use kedge_model::{
    Ask, AskId, Asked, Code, Combine, Fact, Fallback, FallbackKind, Fix, Kpi, Left, LiteralError, Observed,
    Outcome, OutcomeId, Period, Plan, PlanId, Probability, Purchase, Returned, Served, Share, Slug, Stance,
    StatedOdds, Work, WorkId, codes,
};

pub(super) fn decode(node: &Node, home: &Home, facts: &mut Vec<(usize, Fact)>) {
    let Some(id) = &home.plan else { return };
    facts.push((0, plan(node, id, home).into()));
    for (name, node) in named(node, "outcome") {
        facts.push((node.at.start, outcome(node, name, id).into()));
    }
    for (name, node) in named(node, "work") {
        facts.push((node.at.start, work(node, name, id).into()));
    }
    for (name, node) in named(node, "ask") {
        facts.extend(ask(node, name, id).map(|it| (node.at.start, it.into())));
    }
}

fn plan(node: &Node, id: &PlanId, home: &Home) -> Plan {
    let named = node.text("period").and_then(|text| Period::named(&text, home.first_month).ok());
    let days = node.date("from").zip(node.date("until"));
    Plan {
        id: id.clone(),
        title: node.text("title"),
        period: named.or_else(|| days.and_then(|(from, until)| Period::new(from, until))),
        closed: node.date("closed"),
        meta: decode_meta(node),
    }
}

pub(super) fn encode(plan: &Plan, home: &Home, node: &mut Node) {
    node.set("title", plan.title.clone());
    if let Some(period) = plan.period {
        if let Some(name) = period_name(period, home.first_month) {
            node.set("period", Some(name));
        } else {
            node.set("from", Some(period.from()));
            node.set("until", Some(period.until()));
        }
    }
    node.set("closed", plan.closed);
    encode_meta(&plan.meta, node);
}

/// `2026-Q4` where the period is one that has such a name.
pub(crate) fn period_name(period: Period, first_month: u8) -> Option<String> {
    // The year in which it begins, or the one before: a year is named after the calendar year in which it begins.
    let year = period.from().year();
    (year - 1..=year)
        .flat_map(|year| {
            ["-Q1", "-Q2", "-Q3", "-Q4", "-H1", "-H2", ""].map(|part| format!("{year:04}{part}"))
        })
        .find(|name| Period::named(name, first_month) == Ok(period))
}

fn outcome(node: &Node, name: Slug, plan: &PlanId) -> Outcome {
    Outcome {
        id: OutcomeId::new(plan.team().clone(), name),
        plan: plan.clone(),
        title: node.text("title"),
        claim: node.money_rate("value"),
        value_from: node.date("value-from"),
        late_cost: node.late_cost("late-cost"),
        due: node.date("due"),
        kpi: node
            .braces("kpi")
            .and_then(|kpi| Some(Kpi { measure: kpi.slug("measure")?, change: kpi.text("change")? })),
        observed: node
            .braces("observed")
            .and_then(|seen| Some(Observed { on: seen.date("on")?, change: seen.text("change")? })),
        stakeholder: node.reference("stakeholder"),
        combine: if node.word("combine") == Some("least") { Combine::Least } else { Combine::Product },
        live: node.date("live"),
        dropped: node.date("dropped"),
        meta: decode_meta(node),
    }
}

pub(super) fn encode_outcome(it: &Outcome, file: &mut Node) {
    let mut node = file.inside("outcome");
    node.set("title", it.title.clone());
    node.set("value", it.claim.clone());
    node.set("value-from", it.value_from);
    node.set("late-cost", it.late_cost.clone());
    node.set("due", it.due);
    if let Some(kpi) = &it.kpi {
        let mut braces = node.behind("kpi");
        braces.set("measure", Some(kpi.measure.clone()));
        braces.set("change", Some(kpi.change.clone()));
        node.set("kpi", Some(braces));
    }
    if let Some(seen) = &it.observed {
        let mut braces = node.behind("observed");
        braces.set("on", Some(seen.on));
        braces.set("change", Some(seen.change.clone()));
        node.set("observed", Some(braces));
    }
    node.set("stakeholder", it.stakeholder.clone().map(kedge_model::Reference::from));
    node.set("combine", (it.combine == Combine::Least).then_some("least"));
    node.set("live", it.live);
    node.set("dropped", it.dropped);
    encode_meta(&it.meta, &mut node);
    file.push("outcome", it.id.id().as_str(), node);
}

fn left(node: &Node) -> Option<Left> {
    let left = node.braces("left")?;
    Some(Left { on: left.date("on")?, effort: left.effort("effort")? })
}

fn encode_left(left: Option<&Left>, node: &mut Node) {
    if let Some(left) = left {
        let mut braces = node.behind("left");
        braces.set("on", Some(left.on));
        braces.set("effort", Some(left.effort.clone()));
        node.set("left", Some(braces));
    }
}

fn work(node: &Node, name: Slug, plan: &PlanId) -> Work {
    Work {
        id: WorkId::new(plan.team().clone(), name),
        plan: plan.clone(),
        title: node.text("title"),
        serves: node.references("for"),
        after: node.references("after"),
        effort: node.effort("effort"),
        crew: node.whole("crew").and_then(|crew| u32::try_from(crew).ok()).unwrap_or(1),
        who: node.references("who"),
        not_before: node.date("not-before"),
        started: node.date("started"),
        left: left(node),
        done: node.date("done"),
        dropped: node.date("dropped"),
        meta: decode_meta(node),
    }
}

/// References as a list of values.
pub(super) fn references<'a, T: Clone + Into<kedge_model::Reference> + 'a>(
    ids: impl IntoIterator<Item = &'a T>,
) -> impl Iterator<Item = Value> {
    ids.into_iter().map(|id| Value::Reference(id.clone().into()))
}

pub(super) fn encode_work(it: &Work, file: &mut Node) {
    let mut node = file.inside("work");
    node.set("title", it.title.clone());
    node.set_list("for", references(&it.serves));
    node.set_list("after", references(&it.after));
    node.set("effort", it.effort.clone());
    node.set("crew", unless(&it.crew, &1).map(i64::from));
    node.set_list("who", references(&it.who));
    node.set("not-before", it.not_before);
    node.set("started", it.started);
    encode_left(it.left.as_ref(), &mut node);
    node.set("done", it.done);
    node.set("dropped", it.dropped);
    encode_meta(&it.meta, &mut node);
    file.push("work", it.id.id().as_str(), node);
}

fn ask(node: &Node, name: Slug, plan: &PlanId) -> Option<Ask> {
    Some(Ask {
        id: AskId::new(plan.team().clone(), name),
        plan: plan.clone(),
        to: node.team("to")?,
        what: node.text("what")?,
        why: node.text("why"),
        asked: node
            .braces_list("asked")
            .iter()
            .filter_map(|asked| Some(Asked { on: asked.date("on")?, how: asked.text("how") }))
            .collect(),
        wanted: node.date("wanted"),
        effort: node.effort("effort"),
        odds: node.braces("odds").and_then(|odds| {
            Some(StatedOdds {
                taken_up: probability(odds.share("taken-up")?),
                median: odds.clock_time("median")?,
            })
        }),
        gates: node.references("gates"),
        area: node.text("area"),
        revised: node.date("revised"),
        accepted: node.date("accepted"),
        served: node.braces("served").and_then(|served| {
            Some(Served { on: served.date("on")?, self_service: served.reference("self-service") })
        }),
        withdrawn: node.date("withdrawn"),
        until: node.date("until"),
        returned: node
            .list("returned")
            .filter_map(|returned| Some(Returned { on: returned.date("on")?, why: returned.text("why")? }))
            .collect(),
        fallbacks: node.list("fallback").filter_map(fallback).collect(),
        meta: decode_meta(node),
    })
}

pub(super) fn encode_ask(it: &Ask, file: &mut Node) {
    let mut node = file.inside("ask");
    node.set("to", Some(it.to.clone()));
    node.set("what", Some(it.what.clone()));
    node.set("why", it.why.clone());
    let asked: Vec<Node> = it
        .asked
        .iter()
        .map(|asked| {
            let mut braces = node.behind("asked");
            braces.set("on", Some(asked.on));
            braces.set("how", asked.how.clone());
            braces
        })
        .collect();
    node.set("asked", (!asked.is_empty()).then_some(asked));
    node.set("wanted", it.wanted);
    node.set("effort", it.effort.clone());
    if let Some(odds) = &it.odds {
        let mut braces = node.behind("odds");
        braces.set("taken-up", Some(Share::clamped(odds.taken_up.get())));
        braces.set("median", Some(odds.median));
        node.set("odds", Some(braces));
    }
    node.set_list("gates", it.gates.iter().cloned());
    node.set("area", it.area.clone());
    node.set("revised", it.revised);
    node.set("accepted", it.accepted);
    if let Some(served) = &it.served {
        let mut braces = node.behind("served");
        braces.set("on", Some(served.on));
        braces.set("self-service", served.self_service.clone());
        node.set("served", Some(braces));
    }
    node.set("withdrawn", it.withdrawn);
    node.set("until", it.until);
    encode_meta(&it.meta, &mut node);
    for returned in &it.returned {
        let mut inner = node.inside("returned");
        inner.set("on", Some(returned.on));
        inner.set("why", Some(returned.why.clone()));
        node.push("returned", "", inner);
    }
    for fallback in &it.fallbacks {
        let inner = encode_fallback(fallback, &node);
        node.push("fallback", "", inner);
    }
    file.push("ask", it.id.id().as_str(), node);
}

pub(super) fn probability(share: Share) -> Probability {
    Probability::clamped(share.get())
}

fn fallback(node: &Node) -> Option<Fallback> {
    let word = node.word("kind")?;
    let kind = match word {
        "hack" => FallbackKind::Hack,
        "recreate" => FallbackKind::Recreate,
        "buy" => FallbackKind::Buy(Purchase {
            vendor: node.text("vendor"),
            price: node.money("price"),
            fee: node.money_rate("fee"),
            lead: node.clock_time("lead"),
        }),
        "descope" => FallbackKind::Descope,
        "do-without" => FallbackKind::DoWithout,
        "away-team" => FallbackKind::AwayTeam { with: node.team("with"), send: node.references("send") },
        "tiger-team" => FallbackKind::TigerTeam { with: node.team("with")? },
        "community" => FallbackKind::Community { with: node.team("with")? },
        "escalate" => FallbackKind::Escalate { with: node.team("with") },
        _ => return None,
    };
    let id = match node.slug("id") {
        Some(id) => id,
        None => word.parse().ok()?,
    };
    let mut fallback = Fallback::new(id, kind);
    fallback.what = node.text("what");
    fallback.odds = node.share("odds").map(probability);
    fallback.create = node.effort("create");
    fallback.maintain = node.effort_rate("maintain");
    fallback.migrate = node.effort("migrate");
    fallback.keeps = node.share("keeps").unwrap_or(Share::ONE);
    fallback.skips = node.references("skips");
    fallback.expires = node.date("expires");
    fallback.start = node.start("start").unwrap_or_default();
    fallback.taken = node.date("taken");
    fallback.left = left(node);
    fallback.live = node.date("live");
    fallback.stopped = node.date("stopped");
    fallback.migrated = node.date("migrated");
    fallback.meta = decode_meta(node);
    Some(fallback)
}

fn encode_fallback(it: &Fallback, ask: &Node) -> Node {
    let mut node = ask.inside("fallback");
    let word = it.kind.word();
    node.set("kind", Some(word));
    node.set("id", (it.id.as_str() != word).then(|| it.id.clone()));
    node.set("what", it.what.clone());
    match &it.kind {
        FallbackKind::AwayTeam { with, send } => {
            node.set("with", with.clone());
            node.set_list("send", references(send));
        }
        FallbackKind::TigerTeam { with } | FallbackKind::Community { with } => {
            node.set("with", Some(with.clone()));
        }
        FallbackKind::Escalate { with } => node.set("with", with.clone()),
        FallbackKind::Buy(purchase) => {
            node.set("vendor", purchase.vendor.clone());
            node.set("price", purchase.price.clone());
            node.set("fee", purchase.fee.clone());
            node.set("lead", purchase.lead);
        }
        FallbackKind::Hack | FallbackKind::Recreate | FallbackKind::Descope | FallbackKind::DoWithout => {}
    }
    node.set("odds", it.odds.map(|odds| Share::clamped(odds.get())));
    node.set("create", it.create.clone());
    node.set("maintain", it.maintain);
    node.set("migrate", it.migrate.clone());
    // Where the kind must say it, it is written even if it is all of it.
    node.set("keeps", if it.kind.is_immediate() { Some(it.keeps) } else { unless(&it.keeps, &Share::ONE) });
    node.set_list("skips", references(&it.skips));
    node.set("expires", it.expires);
    node.set("start", unless(&it.start, &Stance::DecideBy));
    node.set("taken", it.taken);
    encode_left(it.left.as_ref(), &mut node);
    node.set("live", it.live);
    node.set("stopped", it.stopped);
    node.set("migrated", it.migrated);
    encode_meta(&it.meta, &mut node);
    node
}

/// The period of a plan: a name, or its days, and not both.
pub(super) fn examine(reading: &mut Reading<'_>, node: &Node, first_month: u8) {
    const BAD: Code = codes::BAD_VALUE;
    if let (Some(entry), Some(name)) = (node.entry("period"), node.text("period")) {
        if let Err(error) = Period::named(&name, first_month) {
            let cause = crate::value::shortened(&error.cause);
            reading.literal(&entry.value_at, LiteralError { cause, fix: error.fix }, "write `\"2026-Q4\"`");
        }
        if let Some(other) = node.entry("from").or_else(|| node.entry("until")) {
            let message = format!("`period` says it already: `{}` cannot stand beside it", other.name);
            reading.error(
                BAD,
                &other.at.clone(),
                message,
                Fix::advice("keep `period`, or `from` and `until`"),
            );
        }
        return;
    }
    match (node.entry("from"), node.entry("until")) {
        (Some(one), None) | (None, Some(one)) => {
            let other = if one.name == "from" { "until" } else { "from" };
            let message = format!("`{}` without `{other}`", one.name);
            let fix = Fix::lines("say both ends of the period", [format!("{other} = DATE")]);
            reading.error(codes::MISSING_KEY, &one.at, message, fix);
        }
        (Some(_), Some(until)) => {
            if let (Some(from), Some(last)) = (node.date("from"), node.date("until"))
                && last < from
            {
                let message = format!("the period ends ({last}) before it begins ({from})");
                let fix = Fix::advice("correct one of the two dates");
                reading.error(codes::DATES_OUT_OF_ORDER, &until.value_at, message, fix);
            }
        }
        (None, None) => {}
    }
}
