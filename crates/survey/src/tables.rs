//! A survey as tables, for spreadsheets and for what people already do with the classic history-mining tools: the first
//! columns are named as theirs (`entity`, `coupled`, `degree`, `average-revs`).

use crate::files_together::Together;
use crate::found_tables;
use crate::ownership::When;
use crate::survey::Survey;
use kedge_exchange::export::csv::guarded;

/// One table: its file's name and its rows, the titles first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What its file is called.
    pub file: &'static str,
    /// Titles, then rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(file: &'static str, titles: &[&str]) -> Self {
        Self { file, rows: vec![titles.iter().map(ToString::to_string).collect()] }
    }

    /// The table as CSV (RFC 4180). Cells that a spreadsheet would take for a formula are kept from it by an apostrophe.
    ///
    /// # Errors
    /// If it cannot be written, which memory always can.
    pub fn csv(&self) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| guarded(cell)))?;
        }
        let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// All tables of a survey.
pub fn tables(survey: &Survey) -> Vec<Table> {
    let text = |text: &str| text.to_owned();
    let number = |number: f64| format!("{number:.3}");
    let mut owners = Table::new("owners.csv", &["entity", "n-revs"]);
    for owner in &survey.coupling.owners {
        owners.rows.push(vec![text(&owner.owner), owner.commits.to_string()]);
    }
    let mut coupling = Table::new(
        "owner-coupling.csv",
        &[
            "entity",
            "coupled",
            "degree",
            "average-revs",
            "entity-revs",
            "coupled-revs",
            "together",
            "only-joint",
            "expected",
            "lift",
            "direction",
            "of",
            "large",
            "recent",
            "trend",
            "ownership",
        ],
    );
    let ownership = match survey.how.ownership {
        When::Now => "now",
        When::Then => "then",
    };
    for pair in &survey.coupling.pairs {
        let direction = serde_json::to_value(pair.direction).unwrap_or_default();
        coupling.rows.push(vec![
            text(&pair.one),
            text(&pair.other),
            format!("{:.0}", pair.degree),
            format!("{:.0}", ((pair.commits_of_one + pair.commits_of_other) as f64 / 2.0).ceil()),
            pair.commits_of_one.to_string(),
            pair.commits_of_other.to_string(),
            pair.together.to_string(),
            pair.only_joint.to_string(),
            number(pair.expected),
            number(pair.lift),
            text(direction.as_str().unwrap_or_default()),
            survey.coupling.counted.to_string(),
            pair.large.to_string(),
            pair.recent.to_string(),
            text(serde_json::to_value(pair.trend).unwrap_or_default().as_str().unwrap_or_default()),
            text(ownership),
        ]);
    }
    let mut areas = Table::new("areas.csv", &["entity", "owners", "n-revs"]);
    for area in &survey.areas.areas {
        areas.rows.push(vec![text(&area.area), area.owners.join(" "), area.commits.to_string()]);
    }
    let mut between = Table::new(
        "area-coupling.csv",
        &[
            "entity",
            "coupled",
            "degree",
            "average-revs",
            "together",
            "large",
            "expected",
            "lift",
            "direction",
            "of",
            "ownership",
        ],
    );
    for pair in &survey.areas.pairs {
        let direction = serde_json::to_value(pair.direction).unwrap_or_default();
        between.rows.push(vec![
            text(&pair.one),
            text(&pair.other),
            format!("{:.0}", pair.degree),
            format!("{:.0}", ((pair.commits_of_one + pair.commits_of_other) as f64 / 2.0).ceil()),
            pair.together.to_string(),
            pair.large.to_string(),
            number(pair.expected),
            number(pair.lift),
            text(direction.as_str().unwrap_or_default()),
            survey.coupling.counted.to_string(),
            text(ownership),
        ]);
    }
    // The newest commits behind each pair, one a line.
    let mut commits = Table::new("commits.csv", &["entity", "coupled", "date", "rev", "files", "touched"]);
    for pair in &survey.coupling.pairs {
        for shown in &pair.shown_by {
            commits.rows.push(vec![
                text(&pair.one),
                text(&pair.other),
                text(&shown.on),
                text(&shown.commit),
                shown.files.join(" "),
                shown.touched.to_string(),
            ]);
        }
    }
    let mut visits = Table::new("away.csv", &["entity", "team", "n-revs"]);
    for visit in &survey.away.visits {
        visits.rows.push(vec![text(&visit.owner), text(&visit.team), visit.commits.to_string()]);
    }
    let files = together("file-coupling.csv", &survey.across_borders.files);
    let folders = together("folder-coupling.csv", &survey.across_borders.folders);
    let mut tables = vec![owners, coupling, areas, between, files, folders, visits, commits];
    tables.extend(survey.data.iter().flat_map(found_tables::data));
    tables.extend(survey.duplicates.iter().flat_map(found_tables::duplicates));
    tables.extend(survey.borders.iter().flat_map(found_tables::borders));
    tables
}

fn together(file: &'static str, pairs: &[Together]) -> Table {
    let titles =
        ["entity", "coupled", "degree", "average-revs", "together", "entity-owners", "coupled-owners"];
    let mut table = Table::new(file, &titles);
    for pair in pairs {
        table.rows.push(vec![
            pair.one.clone(),
            pair.other.clone(),
            format!("{:.0}", pair.degree),
            format!("{:.0}", (f64::from(pair.commits_of_one + pair.commits_of_other) / 2.0).ceil()),
            pair.together.to_string(),
            pair.owners_of_one.join(" "),
            pair.owners_of_other.join(" "),
        ]);
    }
    table
}
