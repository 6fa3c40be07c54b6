//! What can lose an outcome, how likely that is, and which fallback would help most.

use kedge_floor::{CutSet, CutSets, Failure, OutcomeCuts, Remedy};
use kedge_forecast::{Chance, Forecaster, OutcomeFailing};
use kedge_model::{AskId, Date, OutcomeId, PlanId, Probability, listed};
use serde::Serialize;

/// For how many fallbacks it is said how likely a loss would still be.
const REMEDIES: usize = 3;

/// What can lose the outcomes of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Losses {
    /// The plan.
    pub plan: PlanId,
    /// Of which morning.
    pub as_of: Date,
    /// Trials behind each chance; all counted in the same.
    pub trials: u64,
    /// Its outcomes to come, in the order of their names.
    pub outcomes: Vec<OutcomeLoss>,
    /// The asks of which a self-reliant fallback would break most of what can lose them, at most three.
    pub remedies: Vec<RemedyOdds>,
}

/// What can lose an outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeLoss {
    /// The outcome.
    pub outcome: OutcomeId,
    /// In a sentence: `Lost only if payments and identity both fail.`
    pub sentence: String,
    /// The chance that it is lost: never reached, whatever its team does about it.
    pub lost: Chance,
    /// The sets of failures that lose it, smallest first.
    pub cuts: Vec<Cut>,
    /// Where there are too many to list, only those of at most so many failures are.
    pub up_to: Option<usize>,
}

/// What can lose an outcome, as far as it is about one ask alone: what the team that is asked may read too. What others do or
/// leave undone, and how likely that is, is for the team that asks, with its plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AskLoss {
    /// The outcome.
    pub outcome: OutcomeId,
    /// In a sentence: `Lost if payments fails, or in one more way.`
    pub sentence: String,
    /// The chance that it is lost, where nothing else can lose it.
    pub lost: Option<Chance>,
    /// The sets of failures that lose it and are all about this ask, smallest first.
    pub cuts: Vec<Cut>,
    /// How many more sets lose it, in which others have a part.
    pub others: usize,
}

impl OutcomeLoss {
    /// What of this is about the ask alone; `None` where it can be lost, and no set is.
    pub fn about(&self, ask: &AskId) -> Option<AskLoss> {
        let is_about = |cut: &&Cut| {
            !cut.failures.is_empty() && cut.failures.iter().all(|failure| failure.asks().contains(ask))
        };
        let cuts: Vec<Cut> = self.cuts.iter().filter(is_about).cloned().collect();
        let can_be_lost = !self.cuts.is_empty() || self.up_to.is_some();
        if cuts.is_empty() && can_be_lost {
            return None;
        }
        let others = self.cuts.len() - cuts.len();
        let alone = others == 0 && self.up_to.is_none();
        let (outcome, sentence) = (self.outcome.clone(), self.sentence.clone());
        Some(AskLoss { outcome, sentence, lost: alone.then_some(self.lost), cuts, others })
    }
}

/// A smallest set of failures that loses an outcome, and how likely it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cut {
    /// What fails, all together. Empty where the outcome is lost already.
    pub failures: CutSet,
    /// The asks of which a self-reliant fallback would break it.
    pub mended_by: Vec<AskId>,
    /// The chance that all of it happens, counted in the same trials.
    pub never: Chance,
    /// The same where coming too late for the due dates counts as failing.
    pub late: Option<Chance>,
    /// The product of the teams' own chances, where it takes several teams: what it would be if they had nothing in common.
    pub across_teams: Option<Probability>,
}

/// What a self-reliant fallback for an ask would change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RemedyOdds {
    /// The ask, how many sets it would break, and which outcomes nothing could lose then.
    #[serde(flatten)]
    pub remedy: Remedy,
    /// How many sets there are.
    pub of: usize,
    /// For each outcome that it would make likelier: the chance that it is lost as it is, and then.
    pub chances: Vec<(OutcomeId, Chance, Chance)>,
}

/// What can lose the outcomes of a plan; `None` for a plan that is not there or is closed.
pub fn losses(forecaster: &Forecaster, cuts: &CutSets, plan: &PlanId) -> Option<Losses> {
    let of_plan: Vec<OutcomeCuts> = cuts.outcomes.iter().filter(|it| &it.plan == plan).cloned().collect();
    let mut remedies = kedge_floor::remedies(&of_plan);
    remedies.truncate(REMEDIES);
    // All in one run: the outcomes as they are, then as each remedy would leave them.
    let mut asked = of_plan.clone();
    for remedy in &remedies {
        asked.extend(of_plan.iter().map(|it| without(it, &remedy.ask)));
    }
    let failing = forecaster.failing(plan, &asked)?;
    let (now, then) = failing.split_at(of_plan.len().min(failing.len()));
    let of: usize = of_plan.iter().map(|it| it.cuts.len()).sum();
    let options = forecaster.options();
    let remedies = remedies.into_iter().zip(then.chunks(of_plan.len().max(1))).map(|(remedy, then)| {
        let chances = now.iter().zip(then).filter(|(now, then)| now.lost.share != then.lost.share);
        let chances = chances.map(|(now, then)| (now.outcome.clone(), now.lost, then.lost)).collect();
        RemedyOdds { remedy, of, chances }
    });
    Some(Losses {
        plan: plan.clone(),
        as_of: options.as_of,
        trials: options.trials,
        remedies: remedies.collect(),
        outcomes: of_plan.iter().zip(now).map(|(cuts, failing)| loss(cuts, failing)).collect(),
    })
}

/// The cut sets that are left when an ask has a fallback that nobody can stop.
fn without(cuts: &OutcomeCuts, ask: &AskId) -> OutcomeCuts {
    let left = || {
        let both = cuts.cuts.iter().zip(&cuts.mended_by);
        both.filter(|(_, mended)| !mended.contains(ask))
    };
    OutcomeCuts {
        cuts: left().map(|(cut, _)| cut.clone()).collect(),
        mended_by: left().map(|(_, mended)| mended.clone()).collect(),
        ..cuts.clone()
    }
}

fn loss(cuts: &OutcomeCuts, failing: &OutcomeFailing) -> OutcomeLoss {
    let one = |((failures, mended_by), odds): ((&CutSet, &Vec<AskId>), &kedge_forecast::CutFailing)| Cut {
        failures: failures.clone(),
        mended_by: mended_by.clone(),
        never: odds.never,
        late: odds.late,
        across_teams: odds.across_teams,
    };
    OutcomeLoss {
        outcome: cuts.outcome.clone(),
        sentence: cuts.sentence(),
        lost: failing.lost,
        cuts: cuts.cuts.iter().zip(&cuts.mended_by).zip(&failing.cuts).map(one).collect(),
        up_to: cuts.up_to,
    }
}

/// A failure in words: `payments does not deliver checkout/token`, `web-guild says no to checkout/edge/community`.
pub fn failure_in_words(failure: &Failure) -> String {
    match failure {
        Failure::NotLanding { asks, .. } => {
            let asks = listed(asks.iter().map(ToString::to_string));
            format!("{asks} does not land")
        }
        Failure::Refusal { by, ask, fallback } => format!("{by} says no to {ask}/{fallback}"),
    }
}

impl Cut {
    /// What fails, in words.
    pub fn in_words(&self) -> String {
        if self.failures.is_empty() {
            return "it is lost already".into();
        }
        listed(self.failures.iter().map(failure_in_words))
    }
}

impl RemedyOdds {
    /// In a sentence.
    pub fn sentence(&self) -> String {
        let Remedy { ask, breaks, .. } = &self.remedy;
        let of = self.of;
        let ways = if of == 1 {
            "the one way to lose it".to_owned()
        } else {
            format!("{breaks} of the {of} ways to lose them")
        };
        let fallback = format!("A fallback of your own for {ask} would break {ways}");
        match self.chances.first() {
            Some((outcome, now, then)) => format!(
                "{fallback}: {outcome} is lost in {} of 100 cases, and would be in {}.",
                now.share.cases_of_100(),
                then.share.cases_of_100()
            ),
            None => format!("{fallback}."),
        }
    }
}
