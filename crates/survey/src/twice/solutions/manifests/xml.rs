//! Manifests in XML.

use super::{Ecosystem, Package, Role};
use roxmltree::{Document, Node, ParsingOptions};

/// A document; one that declares entities is not read, since they can be made to grow without end.
fn document(text: &str) -> Option<Document<'_>> {
    Document::parse_with_options(text, ParsingOptions { nodes_limit: 200_000, ..ParsingOptions::default() })
        .ok()
}

fn line(document: &Document<'_>, node: Node<'_, '_>) -> u32 {
    document.text_pos_at(node.range().start).row
}

/// `pom.xml`: what is under `dependencyManagement` only fixes versions; plugins are not counted.
pub(super) fn pom(text: &str) -> Option<Vec<Package>> {
    let document = document(text)?;
    let dependencies = document.descendants().filter(|node| {
        let above = |name| node.ancestors().any(|above| above.tag_name().name() == name);
        node.tag_name().name() == "dependency" && above("dependencies") && !above("plugin")
    });
    let found = dependencies.filter_map(|node| {
        let child = |name| {
            let child = node.children().find(|child| child.tag_name().name() == name)?;
            child.text().map(str::trim)
        };
        let managed = node.ancestors().any(|above| above.tag_name().name() == "dependencyManagement");
        let role = match child("scope") {
            _ if managed => Role::Version,
            Some("test") => Role::Development,
            _ => Role::Runtime,
        };
        Some(Package {
            ecosystem: Ecosystem::Maven,
            name: format!("{}:{}", child("groupId")?, child("artifactId")?),
            line: line(&document, node),
            role,
        })
    });
    Some(found.collect())
}

/// Projects of .NET and the properties that they share. A project that uses the test runner is one of tests as a whole.
pub(super) fn dotnet(text: &str) -> Option<Vec<Package>> {
    let document = document(text)?;
    let is_test = document.descendants().any(|node| match node.tag_name().name() {
        "PackageReference" => node.attribute("Include") == Some("Microsoft.NET.Test.Sdk"),
        "IsTestProject" => node.text().is_some_and(|text| text.trim().eq_ignore_ascii_case("true")),
        _ => false,
    });
    let found = document.descendants().filter_map(|node| {
        let role = match node.tag_name().name() {
            "PackageReference" | "GlobalPackageReference" if is_test => Role::Development,
            "PackageReference" | "GlobalPackageReference" => Role::Runtime,
            "PackageVersion" => Role::Version,
            _ => return None,
        };
        let package = node.attribute("Include")?.trim().to_owned();
        Some(Package { ecosystem: Ecosystem::Nuget, name: package, line: line(&document, node), role })
    });
    Some(found.collect())
}

/// `packages.config` of older projects.
pub(super) fn packages_config(text: &str) -> Option<Vec<Package>> {
    let document = document(text)?;
    let found = document.descendants().filter(|node| node.has_tag_name("package")).filter_map(|node| {
        let development = node.attribute("developmentDependency") == Some("true");
        Some(Package {
            ecosystem: Ecosystem::Nuget,
            name: node.attribute("id")?.to_owned(),
            line: line(&document, node),
            role: if development { Role::Development } else { Role::Runtime },
        })
    });
    Some(found.collect())
}
