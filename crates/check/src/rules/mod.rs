//! The table of rules. One file each; a new rule is a file, a line in `modules` and a line in the table.

mod prelude {
    pub(super) use crate::answers::{Answers, counted, quoted};
    pub(super) use crate::policy::Silences;
    pub(super) use crate::rule::{Group, Need, Rule, RuleDoc, Run, Sheet};
    pub(super) use crate::together::Compared;
    pub(super) use kedge_model::listed;
    pub(super) use kedge_model::{
        Address, AnswerTo, Ask, AskId, AskState, Code, Date, FactId, FallbackKind, Finding, Fix, HostState,
        Severity, Subject, TeamId, codes,
    };
}

mod shop_example;

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every rule, by code.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

use crate::rule::{Rule, RuleDoc};
use kedge_model::Code;

rules! {
    k001_not_toml,
    k002_unknown_key,
    k003_bad_value,
    k004_missing_key,
    k005_written_twice,
    k006_unknown_reference,
    k007_unknown_team,
    k008_circle,
    k009_after_another_team,
    k010_dates_out_of_order,
    k011_other_currency,
    k012_shared_name,
    k013_wrong_writer,
    k014_unreadable,
    k015_broken_reference,
    k016_date_outside_period,
    k017_weekend,
    k018_assumed_team,
    k019_unknown_person,
    k020_idle_silence,
    k021_no_date,
    k022_answer_by_another_team,
    k101_no_fallback,
    k102_only_leaning,
    k103_decide_by_passed,
    k104_decide_by_before_wanted,
    k105_unread,
    k106_never_asked,
    k107_hack_where_welcome,
    k108_same_need,
    k109_asks_in_a_circle,
    k110_fallback_on_the_unable,
    k111_answer_overdue,
    k112_promise_overdue,
    k201_nothing_stands,
    k202_no_kpi_or_stakeholder,
    k203_against_a_measure,
    k204_same_outcome,
    k205_over_capacity,
    k206_late_at_p50,
    k207_crew_larger_than_team,
    k208_nothing_left,
    k209_nothing_planned,
    k210_date_passed,
    k301_no_way_out,
    k302_no_expiry,
    k303_past_expiry,
    k304_interest_over_migrating,
    k305_can_be_left,
    k401_away_team_without_norms,
    k402_large_away_team,
    k403_unbacked_task_force,
    k404_task_force_without_way_out,
    k405_always_a_task_force,
    k406_part_time_task_force,
    k407_program_manager_unranked,
    k408_more_programs_than_managers,
    k409_no_integrator,
    k410_own_work_first,
    k411_embedding_into_eight,
    k412_bottleneck,
    k413_too_many_top_priorities,
    k414_wholly_consumed_team,
    k415_self_service_for_one,
    k416_self_service_without_any,
    k417_top_initiative_hoards,
    k418_donor_has_not_lent,
    k501_several_writers,
    k502_writer_unsigned,
    k503_writer_declined,
    k504_writers_disagree,
    k505_invariant_not_kept,
    k506_owned_by_several,
    k507_several_solutions,
    k508_rival_proposals,
    k509_together_costs_more,
    k510_solved_twice_in_code,
    k511_no_reason_apart,
    k512_distributed_monolith,
    k513_undeclared_shared_data,
    k514_writer_not_named,
    k515_proposal_unanswered,
    k516_half_adopted,
    k601_split_by_layer,
    k602_danger_zone,
    k603_hidden_dependency,
    k604_ownership_contradicted,
    k605_changes_elsewhere,
    k606_layers_change_together,
}

/// What is written about a rule; `None` for a code that is not in the table.
pub fn explain(code: Code) -> Option<&'static RuleDoc> {
    RULES
        .binary_search_by_key(&code, |rule| rule.doc.code)
        .ok()
        .and_then(|at| RULES.get(at))
        .map(|rule| &rule.doc)
}
