//! What reading one file needs and gathers: the text, whose it is, what was found.

use crate::place::{Span, place};
use kedge_model::{Code, Finding, Fix, LiteralError, Severity, TeamId};
use std::sync::Arc;

/// More findings of one file than this help nobody.
const MOST_FINDINGS: usize = 200;

/// One file being read.
pub(crate) struct Reading<'a> {
    pub file: Arc<str>,
    pub text: &'a str,
    /// Whose file it is; the council for `kedge.toml`, where a bare name is one of its persons.
    pub own: TeamId,
    /// Ranges that are not TOML: what is said about values there would only repeat it.
    pub broken: Vec<Span>,
    /// Whether the shape of tables can be trusted: a missing key may only be hidden behind a syntax error.
    pub whole: bool,
    pub findings: Vec<Finding>,
    pub suppressed: usize,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(file: Arc<str>, text: &'a str) -> Self {
        Self {
            file,
            text,
            own: TeamId::council(),
            broken: Vec::new(),
            whole: true,
            findings: Vec::new(),
            suppressed: 0,
        }
    }

    /// An error at a span, unless something worse was said there already.
    pub(crate) fn error(&mut self, code: Code, span: &Span, message: impl Into<String>, fix: Fix) {
        if self.broken.iter().any(|broken| broken.start <= span.end && span.start <= broken.end) {
            self.suppressed += 1;
            return;
        }
        self.syntax_error(code, span, message, fix);
    }

    /// An error at a span that is said whatever else was said there.
    pub(crate) fn syntax_error(&mut self, code: Code, span: &Span, message: impl Into<String>, fix: Fix) {
        if self.findings.len() >= MOST_FINDINGS {
            self.suppressed += 1;
            return;
        }
        let place = place(&self.file, self.text, span);
        let mut finding = Finding::in_file(code, Severity::Error, place, message).with_fix(fix);
        finding.team = Some(self.own.clone());
        self.findings.push(finding);
    }

    /// A value that is not what it should be, with the literal's own fix or one given.
    pub(crate) fn literal(&mut self, span: &Span, error: LiteralError, otherwise: &str) {
        let advice = error.fix.unwrap_or_else(|| otherwise.to_owned());
        self.error(kedge_model::codes::BAD_VALUE, span, error.cause, Fix::advice(advice));
    }
}
