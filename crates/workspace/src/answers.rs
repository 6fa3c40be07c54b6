//! The answers to one organisation on one day, computed when first asked for and kept.

use crate::last_check::LastCheck;
use crate::survey::Surveys;
use crate::workspace::Options;
use kedge_check::{Report, Reported};
use kedge_decide::{Brief, Decision, Inbox, Ledger, Losses, Next, Review};
use kedge_files::{Loaded, Sources};
use kedge_floor::{CutSets, Standing};
use kedge_forecast::{
    Forecast, Forecaster, LogLine, OrderForecast, PlanForecast, Policy, Precision, Progress,
};
use kedge_model::{
    AskId, CodeEvidence, Date, Finding, LiteralError, Organisation, Place, PlanId, Severity, TeamId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

/// An organisation as known on a day, and everything that can be said of it.
#[derive(Debug)]
pub struct Answers {
    /// The day.
    pub as_of: Date,
    /// The organisation, with facts dated later.
    pub organisation: Organisation,
    /// Its files.
    pub sources: Sources,
    /// What reading had to note.
    pub notes: Vec<Finding>,
    /// What stands, found out when first asked for.
    pub standing: LazyLock<Standing, Box<dyn FnOnce() -> Standing + Send>>,
    options: kedge_forecast::Options,
    digest: u64,
    forecaster: OnceLock<Forecaster>,
    forecast: OnceLock<Forecast>,
    computed_ahead: AtomicBool,
    /// The teams whom reports are for; everybody where absent.
    here: Option<Arc<BTreeSet<TeamId>>>,
    plans: Kept<PlanId, Option<Arc<PlanForecast>>>,
    decisions: Kept<AskId, Option<Arc<Decision>>>,
    briefs: Kept<AskId, Option<Arc<Brief>>>,
    ways: Kept<AskId, Option<Arc<Decision>>>,
    cuts: OnceLock<CutSets>,
    losses: Kept<PlanId, Option<Arc<Losses>>>,
    order: OnceLock<Arc<OrderForecast>>,
    last: Arc<LastCheck>,
    /// What was found in the code of its repositories.
    surveys: Arc<Surveys>,
    evidence: OnceLock<CodeEvidence>,
    pub(crate) queues: crate::queue::Queues,
    pub(crate) aligned: crate::align::Aligned,
    structure: OnceLock<Report>,
    report: OnceLock<Report>,
}

/// Values computed once each, by key.
type Kept<K, V> = Mutex<BTreeMap<K, Arc<OnceLock<V>>>>;

/// The value for the key, computed by the first who asks; others who ask meanwhile wait for it.
fn keep<K: Ord + Clone, V>(
    kept: &Kept<K, Option<Arc<V>>>,
    key: &K,
    compute: impl FnOnce() -> Option<V>,
) -> Option<Arc<V>> {
    let cell = kept.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default().clone();
    cell.get_or_init(|| compute().map(Arc::new)).clone()
}

impl Answers {
    pub(crate) fn new(loaded: Loaded, as_of: Date, options: kedge_forecast::Options, digest: u64) -> Self {
        let organisation = loaded.organisation.clone();
        Self {
            as_of,
            standing: LazyLock::new(Box::new(move || kedge_floor::standing(&organisation, as_of))),
            organisation: loaded.organisation,
            sources: loaded.sources,
            notes: loaded.notes,
            options,
            digest,
            forecaster: OnceLock::new(),
            forecast: OnceLock::new(),
            computed_ahead: AtomicBool::new(false),
            here: None,
            plans: Kept::default(),
            decisions: Kept::default(),
            briefs: Kept::default(),
            ways: Kept::default(),
            cuts: OnceLock::new(),
            losses: Kept::default(),
            order: OnceLock::new(),
            last: Arc::default(),
            surveys: Arc::default(),
            evidence: OnceLock::new(),
            queues: crate::queue::Queues::default(),
            aligned: crate::align::Aligned::default(),
            structure: OnceLock::new(),
            report: OnceLock::new(),
        }
    }

    /// The same, with reports that keep to what concerns these teams.
    pub(crate) fn concerning(mut self, here: Option<Arc<BTreeSet<TeamId>>>) -> Self {
        self.here = here;
        self
    }

    /// The same, with a check that goes on from the last one.
    pub(crate) fn after(mut self, last: Arc<LastCheck>) -> Self {
        self.last = last;
        self
    }

    /// The same, with what was found in code.
    pub(crate) fn with_surveys(mut self, surveys: Arc<Surveys>) -> Self {
        self.surveys = surveys;
        self
    }

    /// The surveys of code that are kept beside the plans.
    pub fn surveys(&self) -> &Surveys {
        &self.surveys
    }

    /// What those say about the teams; `None` where nothing was surveyed.
    pub(crate) fn evidence(&self) -> Option<&CodeEvidence> {
        let surveys = Some(&self.surveys.all).filter(|surveys| !surveys.is_empty())?;
        Some(self.evidence.get_or_init(|| crate::survey::evidence(&self.organisation, surveys)))
    }

    /// What the answers are a function of, as a number: files, surveys, day, seed and trials.
    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }

    /// When, which seed, how many trials.
    pub fn options(&self) -> &kedge_forecast::Options {
        &self.options
    }

    /// Whether somebody computes, or has computed, these answers ahead; from now on somebody does.
    pub(crate) fn is_computed_ahead(&self) -> bool {
        self.computed_ahead.swap(true, Ordering::Relaxed)
    }

    /// Every plan, as planned and alone. The first call takes its time.
    pub fn forecast(&self) -> &Forecast {
        self.forecast.get_or_init(|| self.forecaster().forecast())
    }

    pub(crate) fn forecaster(&self) -> &Forecaster {
        self.forecaster.get_or_init(|| Forecaster::new(&self.organisation, self.options))
    }

    /// The same, where it is there already.
    pub fn forecast_if_ready(&self) -> Option<&Forecast> {
        self.forecast.get()
    }

    /// One plan under every policy, with the best start of its asks; `None` where there is no such plan or it is closed.
    pub fn plan(&self, plan: &PlanId) -> Option<Arc<PlanForecast>> {
        keep(&self.plans, plan, || self.forecaster().plan(plan))
    }

    /// The same, with trials added until its P80s are known this well; `tell` hears how far it is. It is not kept.
    pub fn plan_to(
        &self,
        plan: &PlanId,
        precision: Precision,
        tell: &mut dyn FnMut(Progress),
    ) -> Option<Arc<PlanForecast>> {
        self.forecaster().plan_to(plan, Some(precision), tell).map(Arc::new)
    }

    /// The ways on for an ask, with what would turn the recommendation; `None` where there is no such ask, or nothing left to
    /// decide.
    pub fn decision(&self, ask: &AskId) -> Option<Arc<Decision>> {
        keep(&self.decisions, ask, || self.decide(ask, true))
    }

    /// The same without what would turn it, which takes longer than all the rest; with it where that is known already.
    pub fn ways(&self, ask: &AskId) -> Option<Arc<Decision>> {
        let known = {
            let kept = self.decisions.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get(ask).and_then(|cell| cell.get().cloned())
        };
        known.unwrap_or_else(|| keep(&self.ways, ask, || self.decide(ask, false)))
    }

    fn decide(&self, ask: &AskId, turning: bool) -> Option<Decision> {
        let plan = self.plan(&self.organisation.ask(ask)?.plan)?;
        let losses = self.losses(&plan.plan)?;
        kedge_decide::decide(self.forecaster(), &self.standing, &plan, &losses, ask, turning)
    }

    /// The smallest sets of failures that lose each outcome.
    pub fn cut_sets(&self) -> &CutSets {
        self.cuts.get_or_init(|| kedge_floor::cut_sets(&self.organisation, self.as_of))
    }

    /// What can lose the outcomes of a plan, and how likely that is; `None` where there is no such plan or it is closed.
    pub fn losses(&self, plan: &PlanId) -> Option<Arc<Losses>> {
        keep(&self.losses, plan, || kedge_decide::losses(self.forecaster(), self.cut_sets(), plan))
    }

    /// What local order costs, and the best order found. The first call takes its time.
    pub fn order(&self) -> Arc<OrderForecast> {
        self.order.get_or_init(|| Arc::new(self.forecaster().order())).clone()
    }

    /// What wants doing this week, from the forecasts that are there: those of single plans first, which know best starts.
    pub fn next(&self) -> Next {
        let plans: BTreeMap<PlanId, Arc<PlanForecast>> = {
            let kept = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
            kept.iter().filter_map(|(id, cell)| Some((id.clone(), cell.get()?.clone()?))).collect()
        };
        let forecast_of = |plan: &PlanId| {
            plans
                .get(plan)
                .map(AsRef::as_ref)
                .or_else(|| self.forecast_if_ready().and_then(|all| all.plan(plan)))
        };
        kedge_decide::next(&self.organisation, &self.standing, &forecast_of, self.as_of)
    }

    /// What the asked team reads about an ask; `None` where there is no such ask. The first call takes its time.
    pub fn brief(&self, ask: &AskId) -> Option<Arc<Brief>> {
        let plan = self.plan(&self.organisation.ask(ask)?.plan);
        keep(&self.briefs, ask, || {
            kedge_decide::brief(self.forecaster(), &self.standing, plan.as_deref(), ask)
        })
    }

    /// What is asked of a team beside its own work; `None` where there is no such team.
    pub fn inbox(&self, team: &TeamId) -> Option<Inbox> {
        kedge_decide::inbox(&self.organisation, &self.standing, team, self.as_of)
    }

    /// A quarter on one page, `2026-Q4`; the one that as-of lies in where none is named.
    ///
    /// # Errors
    /// When the name is no period.
    pub fn review(&self, quarter: Option<&str>) -> Result<Review, LiteralError> {
        kedge_decide::review(&self.organisation, quarter, self.as_of)
    }

    /// The live detours of one team, or of all: age, interest paid, the way out.
    pub fn ledger(&self, team: Option<&TeamId>) -> Ledger {
        let ledger = kedge_decide::ledger(&self.organisation, self.as_of);
        match team {
            Some(team) => ledger.of(team),
            None => ledger,
        }
    }

    /// The plans that are open, by name.
    pub fn open_plans(&self) -> impl Iterator<Item = &PlanId> {
        self.standing.plans.iter().map(|plan| &plan.plan)
    }

    /// The report of the rules that need no forecast. After an edit it is there in a few hundredths of a second, also of a
    /// thousand teams.
    pub fn structure_report(&self) -> &Report {
        self.structure.get_or_init(|| {
            let evidence = self.evidence().map(|evidence| (self.surveys.digest(), evidence));
            let (organisation, notes) = (&self.organisation, &self.notes);
            self.kept_here(self.last.report(organisation, self.as_of, evidence, notes, &self.sources))
        })
    }

    /// The report of all rules; the first call computes the forecast.
    pub fn report(&self) -> &Report {
        self.report.get_or_init(|| self.check(self.forecast()))
    }

    /// The report of all rules, or of those that need no forecast, without the answers.
    pub(crate) fn into_report(self, fast: bool) -> Report {
        if fast { self.structure_report().clone() } else { self.report().clone() }
    }

    /// The fullest report that is there without computing anything long.
    pub fn report_if_ready(&self) -> &Report {
        if self.forecast_if_ready().is_some() { self.report() } else { self.structure_report() }
    }

    fn check(&self, forecast: &Forecast) -> Report {
        let known = self.organisation.known_on(self.as_of);
        let ledger = kedge_decide::ledger_as_known(&known, self.as_of);
        let mut answers =
            kedge_check::Answers::with_known(&self.organisation, &known, self.as_of, &self.standing)
                .with_ledger(&ledger)
                .with_forecast(forecast);
        if let Some(evidence) = self.evidence() {
            answers = answers.with_evidence(evidence);
        }
        self.kept_here(kedge_check::check(&answers, &self.notes, &self.sources))
    }

    /// Of a report, what concerns the teams whom it is for.
    fn kept_here(&self, report: Report) -> Report {
        match &self.here {
            Some(here) => report.keeping(|finding| self.concerns(finding, here)),
            None => report,
        }
    }

    /// Whether a finding is these teams' business: theirs to mend, about a file of theirs, or about what they were asked. An
    /// error in an ask to them is its asker's to mend, and must not stop them.
    fn concerns(&self, finding: &Reported, here: &BTreeSet<TeamId>) -> bool {
        let local = |place: &Option<Place>| {
            place.as_ref().is_some_and(|place| crate::gather::source_of(&place.file).is_none())
        };
        let ask = finding.about.as_deref().and_then(|about| about.strip_prefix("ask ")?.split(' ').next());
        let asked = ask.and_then(|ask| self.organisation.ask(&ask.parse().ok()?));
        finding.team.as_ref().is_some_and(|team| here.contains(team))
            || local(&finding.place)
            || finding.related.iter().any(|related| local(&related.place))
            || (finding.severity < Severity::Error && asked.is_some_and(|ask| here.contains(&ask.to)))
    }

    /// The log of one trial of a plan under a policy: why this date?
    pub fn replay(&self, plan: &PlanId, policy: Policy, trial: u64) -> Option<Vec<LogLine>> {
        self.forecaster().replay(plan, policy, trial)
    }
}

/// What the forecast is told: the day, the seed, and trials in the proportion of its own defaults.
pub(crate) fn forecast_options(as_of: Date, options: Options) -> kedge_forecast::Options {
    let forecast = kedge_forecast::Options::on(as_of).with_seed(options.seed);
    match options.trials {
        Some(trials) => forecast.with_trials(trials, (trials / 5).max(100)),
        None => forecast,
    }
}

/// A digest of everything that the answers depend on. It never leaves the process, so the hasher may be any.
pub(crate) fn digest(loaded: &Loaded, options: &kedge_forecast::Options, surveys: &Surveys) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    (loaded.sources.digest(), surveys.digest()).hash(&mut hasher);
    (options.as_of, options.seed, options.trials, options.search_trials).hash(&mut hasher);
    hasher.finish()
}
