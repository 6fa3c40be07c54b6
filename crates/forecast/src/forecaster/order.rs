//! Global against local: the orders of work side by side.

use super::Forecaster;
use super::outcomes::amount;
use crate::answer::{Amount, Chance, Lack, Quantity};
use crate::order::{
    Adoption, Compared, Effort, OrderComparison, OrderCosts, OrderForecast, OrderKind, OrderValue, Orders,
    OutcomeDelay, OutcomeInOrder, Place, Recorded, SearchEffort, Swap, Swaps, adopt, compare, difference,
    swaps,
};
use crate::policy::Policy;
use crate::program::Program;
use crate::tally::Sum;
use kedge_model::{Act, Money};

impl Forecaster {
    /// What local order costs against the best order found, every plan as planned, and the two swaps that win most of it.
    ///
    /// Decide-bys are those of the recorded order, so that nothing but the order differs.
    pub fn order(&self) -> OrderForecast {
        let program = self.program();
        let open = |&index: &usize| {
            let (facts, spec) = (&self.compiled.outcomes[index], &program.outcomes[index]);
            let money = spec.value != 0.0 || spec.late != (0.0, 0.0);
            facts.live.is_none() && money
        };
        let valued: Vec<usize> = (0..program.outcomes.len()).filter(open).collect();
        if valued.is_empty() {
            return OrderForecast::NoValue;
        }
        let lacking = |&outcome: &usize| !self.compiled.lacks(outcome, true, true).is_empty();
        let left_out: Vec<usize> = valued.iter().copied().filter(lacking).collect();
        let mut lacks: Vec<Lack> =
            left_out.iter().flat_map(|&outcome| self.compiled.lacks(outcome, true, true)).collect();
        lacks.sort();
        lacks.dedup();
        if valued.len() < left_out.len() + 2 && !lacks.is_empty() {
            return OrderForecast::TooLittleData(lacks);
        }
        let moments = self.moments(0..program.asks.len() as u32);
        let plans: Vec<u32> = (0..program.plans.len() as u32).collect();
        let mut scenario = self.scenario(&plans, self.stances(None, Policy::AsPlanned, &moments), &moments);
        scenario.scope = program.whole();
        let orders = Orders::of(program, scenario, &left_out, self.options.seed);
        if !orders.has_rivals() {
            return OrderForecast::NothingToOrder;
        }
        OrderForecast::Compared(Box::new(self.compare_orders(&orders, lacks)))
    }

    fn compare_orders(&self, orders: &Orders<'_>, lacks: Vec<Lack>) -> OrderComparison {
        let program = self.program();
        let recorded = Recorded {
            organisation: &self.compiled.organisation,
            compiled: &self.compiled,
            as_of: self.options.as_of,
        };
        let effort =
            Effort::DEFAULT.with_trials(self.options.search_trials / 2).for_items(program.items.len());
        let trials = effort.trials(self.options.trials, program.items.len());
        let rule = orders.by_cost_of_delay();
        let local = self.local(&recorded);
        let starts = [rule.clone(), orders.as_ranked(program), orders.as_ranked(&local)];
        let found = orders.search(&starts, effort);
        let programs = [local, program.clone(), orders.program_in(&rule), orders.program_in(&found.order)];
        let seen = compare(orders, &programs, trials);
        // The first of equals, from the search down: an order that is as good as another is not called worse.
        let worth = |order: usize| seen.nets[order].iter().sum::<f64>();
        let best =
            (0..programs.len()).rev().reduce(|a, b| if worth(b) > worth(a) { b } else { a }).unwrap_or(0);
        let sequence = match OrderKind::ALL[best] {
            OrderKind::Found => found.order,
            OrderKind::CostOfDelay => rule.clone(),
            OrderKind::Local | OrderKind::Council => orders.as_ranked(&programs[best]),
        };
        let costs = |order: usize| self.order_costs(orders, &seen, order, best);
        let recorded_costs = costs(1);
        OrderComparison {
            as_of: self.options.as_of,
            seed: self.options.seed,
            trials,
            search: SearchEffort { tried: found.tried, trials: effort.confirm, cut_short: found.cut_short },
            orders: (0..programs.len()).map(|order| self.order_value(&seen, order)).collect(),
            best: OrderKind::ALL[best],
            local_costs: costs(0),
            swaps: Self::best_swaps(orders, &recorded, &sequence, effort, &seen, recorded_costs.net),
            recorded_costs,
            places: self.places_in(orders, &sequence, &rule),
            adoption: self.adoption(orders, &recorded, &sequence, best, &programs, &seen),
            unvalued: self.unvalued(orders),
            lacks,
        }
    }

    /// The program by each team's own rank, the council's left out.
    fn local(&self, recorded: &Recorded<'_>) -> Program {
        let program = self.program();
        if recorded.organisation.council().rank.is_empty() {
            return program.clone();
        }
        let without = recorded.with(&[Act::CouncilRank { order: Vec::new() }]);
        let ranks = without.and_then(|organisation| recorded.ranks(&organisation));
        ranks.map_or_else(|| program.clone(), |ranks| program.with_ranks(ranks))
    }

    fn order_value(&self, seen: &Compared, order: usize) -> OrderValue {
        let program = self.program();
        let dated = (0..program.outcomes.len()).filter(|&outcome| {
            self.compiled.outcomes[outcome].live.is_none()
                && self.compiled.lacks(outcome, true, true).is_empty()
        });
        let one = |outcome: usize| {
            let (facts, spec) = (&self.compiled.outcomes[outcome], &program.outcomes[outcome]);
            let live = &seen.live[order][outcome];
            let spread = self.spread(live, spec.horizon);
            OutcomeInOrder {
                outcome: facts.id.clone(),
                p50: spread.p50,
                p80: spread.p80,
                by_due: facts.due.map(|_| Chance::of(live.before(spec.due_end), seen.trials)),
            }
        };
        OrderValue {
            kind: OrderKind::ALL[order],
            value: amount(&seen.values[order], seen.trials),
            net: money(crate::order::mean(&seen.nets[order])),
            over_local: money(difference(&seen.nets[order], &seen.nets[0])),
            outcomes: dated.map(one).collect(),
        }
    }

    /// What an order (local 0, as recorded 1) costs against the best.
    fn order_costs(&self, orders: &Orders<'_>, seen: &Compared, order: usize, best: usize) -> OrderCosts {
        let weeks =
            |sum: &Sum| Quantity { mean: sum.mean(seen.trials) / 7.0, error: sum.error(seen.trials) / 7.0 };
        let one = |&outcome: &usize| OutcomeDelay {
            outcome: self.compiled.outcomes[outcome].id.clone(),
            weeks: weeks(&seen.later[order][best][outcome]),
        };
        OrderCosts {
            net: money(difference(&seen.nets[best], &seen.nets[order])),
            weeks: weeks(&seen.weighted[order][best]),
            outcomes: orders.ranked().iter().map(one).collect(),
        }
    }

    fn best_swaps(
        orders: &Orders<'_>,
        recorded: &Recorded<'_>,
        towards: &[usize],
        effort: Effort,
        seen: &Compared,
        cost: Amount,
    ) -> Option<Swaps> {
        // Where the recorded order is as good as any, there is nothing to win.
        if cost.mean.amount() <= 2.0 * cost.error.amount() {
            return None;
        }
        let mut before = seen.nets[1].clone();
        let mut told = Vec::new();
        for swap in swaps::swaps(recorded, orders, towards, effort) {
            let nets = orders.nets(&swap.program, 0..seen.trials);
            let gain = difference(&nets, &before);
            // On these trials too: what only the search's trials said is not told.
            if gain.mean <= gain.error {
                break;
            }
            told.push(Swap { up: swap.up, down: swap.down, gain: money(gain), line: swap.line });
            before = nets;
        }
        let together = difference(&before, &seen.nets[1]);
        let share = together.mean / cost.mean.amount();
        (!told.is_empty()).then(|| Swaps { swaps: told, together: money(together), share })
    }

    fn places_in(&self, orders: &Orders<'_>, order: &[usize], rule: &[usize]) -> Vec<Place> {
        let organisation = &self.compiled.organisation;
        let week = self.program().calendar.week().days().max(1.0);
        let one = |&outcome: &usize| {
            let id = &self.compiled.outcomes[outcome].id;
            let worth = organisation.outcome(id).and_then(|outcome| organisation.worth(outcome));
            Place {
                outcome: id.clone(),
                cost_of_delay: Money::new(orders.cost_of_delay(outcome)),
                confirmed: worth.is_some_and(|worth| worth.confirmed),
                weeks_left: orders.effort_left(outcome) / week,
                by_cost_of_delay: rule.iter().position(|&it| it == outcome).map_or(0, |place| place + 1),
            }
        };
        order.iter().map(one).collect()
    }

    fn adoption(
        &self,
        orders: &Orders<'_>,
        recorded: &Recorded<'_>,
        order: &[usize],
        best: usize,
        programs: &[Program],
        seen: &Compared,
    ) -> Option<Adoption> {
        if OrderKind::ALL[best] == OrderKind::Council || programs[best].slots == programs[1].slots {
            return None;
        }
        let adopted = adopt::adopt(recorded, orders, order)?;
        let with = self.program().with_ranks(recorded.ranks(&adopted.organisation)?);
        let gain = if with.slots == programs[best].slots {
            difference(&seen.nets[best], &seen.nets[1])
        } else {
            difference(&orders.nets(&with, 0..seen.trials), &seen.nets[1])
        };
        Some(Adoption { lines: adopted.lines, no_longer_spared: adopted.no_longer_spared, gain: money(gain) })
    }

    fn unvalued(&self, orders: &Orders<'_>) -> Vec<kedge_model::OutcomeId> {
        let facts = self.compiled.outcomes.iter().enumerate();
        let unvalued = facts.filter(|(index, facts)| {
            let spec = &self.program().outcomes[*index];
            let free = spec.value == 0.0 && spec.late == (0.0, 0.0);
            facts.live.is_none() && free && !orders.ranked().contains(index)
        });
        unvalued.map(|(_, facts)| facts.id.clone()).collect()
    }
}

fn money(quantity: Quantity) -> Amount {
    Amount { mean: Money::new(quantity.mean), error: Money::new(quantity.error) }
}
