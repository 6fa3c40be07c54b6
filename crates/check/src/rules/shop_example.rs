//! The teams, and the data, of the examples of rules on what code says.

pub(super) const CHECKOUT: &str =
    "team  = \"checkout\"\ntitle = \"Checkout\"\nkind  = \"stream\"\nowns  = [\"shop:basket/**\"]\n";
pub(super) const LOYALTY: &str =
    "team  = \"loyalty\"\ntitle = \"Loyalty\"\nkind  = \"stream\"\nowns  = [\"shop:loyalty/**\"]\n";
pub(super) const SIGNED: &str = r#"team = "loyalty"

[[sign]]
contract = "checkout/basket-lines"
version  = 1
on       = 2026-10-07
says     = "signed"
"#;
pub(super) const SURVEY: &str = r#"{
  "co_changes": [],
  "areas": [],
  "problems": [],
  "data": [
    {
      "repository": "shop",
      "data": "basket_line",
      "kind": "table",
      "defined_in": ["db/basket_line.sql"],
      "writers": { "checkout": 3, "loyalty": 1 },
      "readers": { "checkout": 5 },
      "shown_by": {
        "loyalty": {
          "repository": "shop",
          "file": "loyalty/spend.py",
          "line": 41,
          "commit": "9d20b1e",
          "on": "2026-09-30",
          "shows": "loyalty writes basket_line"
        }
      }
    }
  ]
}
"#;
