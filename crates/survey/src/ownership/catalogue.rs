//! A `catalog-info.yaml` of Backstage: who owns the folder that it lies in.

use kedge_exchange::yaml;

/// The owners of the components, systems and resources it describes, each once, as `group:namespace/name` without what is
/// the default (`group:` and `default/`). A document that cannot be read is told to `skipped`.
pub(super) fn owners(text: &str, skipped: &mut dyn FnMut(String)) -> Vec<String> {
    let mut owners: Vec<String> = Vec::new();
    for document in yaml::documents(text) {
        let value = match document.value {
            Ok(value) => value,
            Err(why) => {
                skipped(format!("line {}: {why}", document.line));
                continue;
            }
        };
        let kind = yaml::text(&value, &["kind"]).to_lowercase();
        if !matches!(kind.as_str(), "component" | "system" | "resource" | "api" | "domain") {
            continue;
        }
        let owner = yaml::text(&value, &["spec", "owner"]);
        let owner = owner.strip_prefix("group:").unwrap_or(&owner);
        let owner = match yaml::text(&value, &["metadata", "namespace"]).as_str() {
            // A bare name is one of the entity's own namespace.
            "" | "default" => owner.strip_prefix("default/").unwrap_or(owner).to_owned(),
            _ if owner.contains('/') => owner.strip_prefix("default/").unwrap_or(owner).to_owned(),
            namespace => format!("{namespace}/{owner}"),
        };
        if !owner.is_empty() && !owner.ends_with('/') && !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_documents_and_namespaces() {
        let text = "kind: Component\nmetadata: {name: a}\nspec: {owner: group:default/web}\n---\nkind: API\nmetadata: \
                    {name: b, namespace: shop}\nspec: {owner: pay}\n---\nkind: Group\nspec: {owner: nobody}\n--- \n: [";
        let mut skipped = 0;
        assert_eq!(owners(text, &mut |_| skipped += 1), ["web", "shop/pay"]);
        assert_eq!(skipped, 1);
    }
}
