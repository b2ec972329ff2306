"""JUnit XML for CI: a test case a cluster, failed by a campaign."""

from xml.etree import ElementTree as ET

from distillscan.findings.document import Cluster, Findings
from distillscan.reports import sentences
from distillscan.reports.escape import xml_line


def render(findings: Findings) -> str:
    """One suite: the campaigns as failures, other clusters as passed cases; ends with a newline.

    A log without clusters has one passed case, because many programs take an empty suite for a broken one.
    """
    campaigns = [cluster for cluster in findings.clusters if cluster.verdict == "campaign"]
    suite = ET.Element(
        "testsuite",
        name="distillscan",
        tests=str(max(len(findings.clusters), 1)),
        failures=str(len(campaigns)),
        errors="0",
        skipped="0",
        time="0",
    )
    for cluster in findings.clusters:
        _case(suite, cluster)
    if not findings.clusters:
        ET.SubElement(suite, "testcase", classname="distillscan", name="no coordinated group", time="0")
    ET.SubElement(suite, "system-out").text = xml_line(findings.headline)
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, cluster: Cluster) -> None:
    name = xml_line(f"{cluster.label} {cluster.cluster_id}: {cluster.verdict}")
    case = ET.SubElement(suite, "testcase", classname="distillscan", name=name, time="0")
    lines = [sentence for _, sentence in sentences.ready(cluster)]
    lines += [f"{question}: {finding.grade}" for question, finding in sentences.findings(cluster)]
    told = "\n".join(xml_line(line) for line in lines)
    if cluster.verdict == "campaign":
        ET.SubElement(case, "failure", type="campaign", message=xml_line(cluster.sentence)).text = told
    else:
        ET.SubElement(case, "system-out").text = told
