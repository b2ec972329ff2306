"""Hand-made findings and hostile texts."""

from __future__ import annotations

from datetime import UTC, date, datetime

from payloads import PAYLOADS

from distillscan.findings.document import (
    Anchor,
    AnchoredEntity,
    BenignExplanation,
    CapabilityProfile,
    CapabilityShare,
    CharacteristicValue,
    Chronology,
    Cluster,
    Confidence,
    Criterion,
    DailyCount,
    DeclaredIdentity,
    DetectionGap,
    Entity,
    Event,
    EventChange,
    Evidence,
    ExplainedGroup,
    FamilyEvidence,
    FamilyTested,
    Finding,
    Findings,
    FixedInsert,
    Infrastructure,
    InputFile,
    Ledger,
    PoolSwitch,
    Population,
    ReleaseMove,
    RequestCounts,
    Rhythm,
    SensitivityCount,
    SmallGroups,
    Succession,
    SuccessorPair,
    Template,
    Tested,
    TierCounts,
)


def _day(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def _finding(grade: str, *statements: tuple[str, float | None, float | None]) -> Finding:
    evidence = [
        Evidence(code=f"code_{number}", statement=statement, value=value, background=background)
        for number, (statement, value, background) in enumerate(statements)
    ]
    return Finding.model_validate({"grade": grade, "evidence": evidence})


def _asked(name: str, requests: int, of: int, others: int, rest: int) -> CapabilityShare:
    share, background = requests / of, others / rest
    return CapabilityShare(
        capability=name,
        requests=requests,
        share=share,
        low=max(share - 0.03, 0),
        high=min(share + 0.03, 1),
        background=background,
        background_low=max(background - 0.005, 0),
        background_high=background + 0.005,
        lift=round(share / background, 2) if background else None,
        distinct=share > 2 * background + 0.035,
    )


def profile() -> CapabilityProfile:
    return CapabilityProfile(
        sampled=1_000,
        accounts=118,
        background_sampled=2_000,
        rules="built-in 0123456789abcdef",
        statement="More of its requests than elsewhere ask for reasoning elicitation (58 %, elsewhere none).",
        capabilities=[
            _asked("reasoning elicitation", 580, 1_000, 2, 2_000),
            _asked("coding", 210, 1_000, 304, 2_000),
            _asked("agentic tool use", 172, 1_000, 0, 2_000),
            _asked("translation", 0, 1_000, 3, 2_000),
        ],
        other=0.2031,
        inserts=[
            FixedInsert(
                text="Before you answer | write out your complete reasoning.",
                requests=410,
                accounts=112,
                share=0.41,
                background=0.0,
            )
        ],
        note="Judged on 1,000 of the 13,421 requests of its core and 2,000 of accounts in no group.",
        rule_error="The rules found at least 9 of 10 labelled requests.",
    )


def no_profile() -> CapabilityProfile:
    """What is said of a cluster whose prompts are not at hand any more."""
    return profile().model_copy(
        update={
            "sampled": 0,
            "accounts": 0,
            "statement": "What its requests ask for could not be judged.",
            "capabilities": [],
            "other": None,
            "inserts": [],
            "note": "None of the 1,000 prompts sampled could be read again: the export is gone.",
        }
    )


def campaign() -> Cluster:
    return Cluster(
        label="A",
        cluster_id="c-7f3a9c1e",
        verdict="campaign",
        coordination=_finding(
            "high",
            ("118 accounts are tied by values of 4 families.", 4, None),
            ("No permuted copy of the log gave a cluster of this strength.", 0.005, None),
            ("Without its strongest family, 97 % of the core stays together.", 0.97, None),
        ),
        extraction=_finding(
            "high",
            ("74 % of the requests are in templates; in the whole log 11 % are.", 0.74, 0.11),
            ("Template payloads are distinct: 9,870 of 9,902 are used once.", 0.997, 0.41),
        ),
        concealment=_finding(
            "medium", ("82 % of the cards are prepaid; in the whole log 9 % are.", 0.82, 0.09)
        ),
        p_value=0.005,
        stability=1.0,
        accounts=TierCounts(core=118, probable=2, lead=5),
        requests=RequestCounts(
            members_core=13421, members_upper=13555, matching_core=9902, matching_upper=9961
        ),
        input_tokens=4_210_331,
        output_tokens=11_998_412,
        first_seen=_day(5, 4, 3),
        last_seen=_day(6, 2, 21),
        days=30,
        requests_per_day=447.3667,
        requests_per_account_per_day=20.312,
        peak_day=DailyCount(day=date(2026, 5, 20), requests=611, accounts=114),
        families=[
            FamilyEvidence(family="PAYMENT", signals=["payment_fingerprint"], values=17, core_accounts=112),
            FamilyEvidence(family="NETWORK", signals=["ip"], values=58, core_accounts=118),
            FamilyEvidence(family="IDENTITY", signals=["email_pattern"], values=3, core_accounts=88),
            FamilyEvidence(family="CONTENT", signals=["template"], values=6, core_accounts=118),
        ],
        values=[
            CharacteristicValue(
                family="PAYMENT",
                signal="payment_fingerprint",
                pseudonym=f"payment-{n:04x}",
                core_holders=12 - n,
                holders=12 - n,
            )
            for n in range(7)
        ],
        templates=[
            Template(
                key="5f0a1b2c3d4e5f60",
                requests=2210,
                core_accounts=117,
                accounts=118,
                distinct_prompts=2204,
                first_seen=_day(5, 4),
                exemplar="You are a senior engineer. Think step by step and show every step. Fix: a | b",
            ),
            Template(
                key="00000000000000ff",
                requests=1,
                core_accounts=1,
                accounts=1,
                distinct_prompts=1,
                first_seen=_day(5, 9),
                exemplar=None,
            ),
        ],
        declared_identity=None,
        benign_explanations=[
            BenignExplanation(
                name="one organisation",
                result="does not explain",
                statement="No organisation id or corporate domain is common.",
            ),
            BenignExplanation(
                name="a shared product", result="not testable", statement="The log has no user agent."
            ),
        ],
        sensitivity=[
            SensitivityCount(setting="stricter error levels (a tenth)", core_accounts=116, kept=116),
            SensitivityCount(setting="without PAYMENT", core_accounts=121, kept=117),
        ],
        timeline=[DailyCount(day=date(2026, 5, 4), requests=300, accounts=80)],
        chronology=chronology(),
        anchored=[
            AnchoredEntity(
                entity="Example Lab",
                accounts=3,
                linked=[90, 25],
                sources=["abuse report 17"],
                grades=["B2"],
                conflicting=["Other Lab"],
                disputed=0,
                statement="3 accounts anchored to Example Lab (card, source abuse report 17, grade B2), 115 "
                "linked to them within 2 hops.",
            )
        ],
        confidence=Confidence(
            level="moderate",
            criteria=[
                Criterion(name="independent families", met=True, statement="4 families carry the core."),
                Criterion(name="second source", met=False, statement="The log is the only source."),
            ],
            statement="Confidence that these accounts act as one is moderate: 4 of 6 criteria are met.",
        ),
        sentence="118 accounts made 13,421 requests between 4 May and 2 June 2026 (30 days).",
        sentence_upper="120 accounts made 13,555 requests between 4 May and 2 June 2026 (30 days).",
        capabilities=profile(),
    )


def chronology() -> Chronology:
    ban_wave = Event(day=date(2026, 5, 18), kind="ban_wave", name="accounts banned for resale")
    return Chronology(
        rhythm=Rhythm(
            core=[80] * 168,
            rest=[9 + 100 * (hour % 24 > 7) for hour in range(168)],
            flatness=0.97,
            rest_flatness=0.12,
            statement="In its quietest eight hours of the day the core sends at 97 % of its mean rate.",
        ),
        releases=[
            ReleaseMove(
                model="atlas-3",
                source="event",
                released=_day(5, 20, 9),
                first_use=_day(5, 20, 11),
                first_day_requests=600,
                first_day_share=0.2,
                first_day_rest=0.11,
                second_day_requests=590,
                second_day_share=0.81,
                second_day_rest=None,
                statement="In the 24 hours after the release of atlas-3, 20 % of the requests went to it.",
            )
        ],
        changes=[
            EventChange(
                event=ban_wave,
                days_before=7,
                days_after=7,
                before=512.4,
                after=401.0,
                ratio=0.7826,
                low=0.7012,
                high=0.8734,
                rest_ratio=None,
                statement="512 requests a day in the 7 days before, 401 in the 7 after.",
            )
        ],
        succession=Succession(
            banned=9,
            succeeded=8,
            within_days=7,
            expected=0.4,
            p_value=0.0303,
            moves=32,
            median_lag_days=0.8,
            pairs=[
                SuccessorPair(
                    banned="account-0a1b2c3d4e5f",
                    banned_at=_day(5, 18, 9),
                    successor="account-5f4e3d2c1b0a",
                    appeared=_day(5, 19, 4),
                    signals=["card", "ip"],
                )
            ],
            statement="Of 9 banned core accounts, 8 had a successor.",
        ),
        pool_switches=[
            PoolSwitch(
                family="NETWORK",
                day=date(2026, 5, 22),
                ended=31,
                begun=27,
                kept=1,
                usual=0.8,
                statement="On 2026-05-22 31 addresses gave way to 27 addresses; 1 is used before and after.",
            )
        ],
        detection=DetectionGap(
            found_on=date(2026, 5, 6),
            not_found_on=date(2026, 5, 5),
            exact=True,
            days=3,
            core_accounts=24,
            requests=1203,
            share=0.0896,
            replays=4,
            statement="The log would first have shown this cluster on 2026-05-06.",
        ),
    )


def organisation() -> Cluster:
    return campaign().model_copy(
        update={
            "label": "B",
            "capabilities": no_profile(),
            "cluster_id": "c-0b11d2e4",
            "verdict": "organisation",
            "extraction": _finding("low", ("18 % of the requests are in templates.", 0.18, 0.11)),
            "concealment": _finding("none"),
            "p_value": None,
            "stability": 0.9,
            "accounts": TierCounts(core=60, probable=0, lead=0),
            "sensitivity": [SensitivityCount(setting="without PAYMENT", core_accounts=60, kept=60)],
            "requests": RequestCounts(
                members_core=1234, members_upper=1234, matching_core=222, matching_upper=222
            ),
            "input_tokens": None,
            "output_tokens": None,
            "requests_per_day": 0.044,
            "requests_per_account_per_day": 0.04,
            "families": campaign().families[:2],
            "values": [],
            "templates": [],
            "chronology": None,
            "anchored": [],
            "declared_identity": DeclaredIdentity(
                kind="e-mail domain", pseudonym="domain-81c2", share=0.9999
            ),
            "benign_explanations": [
                BenignExplanation(
                    name="one organisation", result="explains", statement="All share one corporate domain."
                )
            ],
            "sentence": "60 accounts made 1,234 requests between 4 May and 2 June 2026 (30 days).",
            "sentence_upper": "60 accounts made 1,234 requests between 4 May and 2 June 2026 (30 days).",
        }
    )


def make_findings(*clusters: Cluster, headline: str) -> Findings:
    return Findings(
        schema_version="1.0",
        tool_version="0.1.0",
        headline=headline,
        inputs=[
            InputFile(
                name="requests/week-1.jsonl.gz",
                kind="requests",
                sha256="ab" * 32,
                bytes=1_204_331,
                read=20_020,
                accepted=20_000,
                duplicate=15,
                rejected=5,
            ),
            InputFile(
                name="requests/rest.parquet",
                kind="requests",
                sha256="cd" * 32,
                bytes=2_204_331,
                read=10_000,
                accepted=10_000,
                duplicate=0,
                rejected=0,
            ),
            InputFile(
                name="accounts.csv",
                kind="accounts",
                sha256="ef" * 32,
                bytes=90_114,
                read=1_400,
                accepted=1_400,
                duplicate=0,
                rejected=0,
            ),
        ],
        ledger=Ledger(
            read=30_020,
            accepted=30_000,
            duplicate=15,
            rejected=5,
            rejected_by_reason={"invalid_json": 3, "missing_account_id": 2},
        ),
        population=Population(
            accounts=1_402,
            accounts_in_table=1_400,
            requests=30_000,
            first_seen=_day(4, 22),
            last_seen=_day(6, 5, 23),
            days=45,
            field_coverage={"prompt": 1.0, "client_ip": 0.985, "user_agent": 0.0},
        ),
        tested=Tested(
            families=[
                FamilyTested(family="PAYMENT", signals=["payment_fingerprint"], values=212, accounts=800),
                FamilyTested(family="NETWORK", signals=["ip", "network"], values=940, accounts=1_377),
                FamilyTested(family="IDENTITY", signals=["email_pattern"], values=77, accounts=400),
                FamilyTested(family="CONTENT", signals=["template", "insert"], values=1_502, accounts=1_102),
            ],
            families_missing=["TIMING"],
            possible_pairs=3_141_592,
            overlapping_pairs=65_358,
            accepted_single=979,
            accepted_pooled=32,
            settings={"permutations": 199, "seed": 1, "min_accounts": 10},
            permutations=199,
            permuted_clusters=0,
            permuted_largest=0,
        ),
        clusters=list(clusters),
        small_groups=SmallGroups(groups=21, accounts=64, below=10),
        infrastructures=[
            Infrastructure(
                infrastructure_id="1f0c77aa3b21",
                clusters=["C1", "C2"],
                accounts=180,
                shared_values={"ip": 41, "ip_block": 9},
            )
        ],
        explained_groups=[
            ExplainedGroup(
                cluster_id="c-95ab0c11",
                accounts=46,
                requests=813,
                families=["CONTENT", "TIMING"],
                explanation="a public cause",
                statement="Texts and hours alone tie them, as a popular product does.",
            )
        ],
        notes=["The export holds no TLS fingerprint."],
        days=[DailyCount(day=date(2026, 5, 4), requests=1300, accounts=810)],
        events=[Event(day=date(2026, 5, 18), kind="ban_wave", name="accounts banned for resale")],
        anchors=[
            Anchor(
                signal="card",
                pseudonym="card-00aa11bb22cc",
                entity="Example Lab",
                source="abuse report 17",
                grade=None,
                holders=3,
                members=3,
                clusters=["A"],
                carries=True,
                statement="Held by 3 accounts of this log, all in A.",
            )
        ],
        entities=[
            Entity(
                entity="Example Lab",
                anchors=1,
                anchors_found=1,
                accounts=3,
                linked=115,
                clusters=["A"],
                conflicting=[],
                statement="3 accounts of A anchored to it, 115 linked to them within 2 hops.",
            )
        ],
    )


def hostile_findings() -> Findings:
    """Every text that can come from a log or a file name is hostile."""
    text = " ".join(payload for payload in PAYLOADS if "\ud800" not in payload)
    cluster = campaign()
    statement = Evidence(code="code", statement=text, value=None, background=None)
    attacked = cluster.model_copy(
        update={
            "coordination": Finding(grade="high", evidence=[statement]),
            "capabilities": profile().model_copy(
                update={
                    "statement": text,
                    "note": text,
                    "capabilities": [profile().capabilities[0].model_copy(update={"capability": text})],
                    "inserts": [profile().inserts[0].model_copy(update={"text": text})],
                }
            ),
            "templates": [cluster.templates[0].model_copy(update={"exemplar": text})],
            "values": [cluster.values[0].model_copy(update={"pseudonym": text, "signal": text})],
            "families": [cluster.families[0].model_copy(update={"family": "=cmd|x", "signals": [text]})],
            "benign_explanations": [
                BenignExplanation(name="one organisation", result="not testable", statement=text)
            ],
            "chronology": _hostile_chronology(text),
            "anchored": [
                cluster.anchored[0].model_copy(
                    update=dict.fromkeys(("entity", "statement"), text)
                    | {key: [text] for key in ("sources", "grades", "conflicting")}
                )
            ],
        }
    )
    result = make_findings(attacked, headline="One campaign.")
    files = [file.model_copy(update={"name": text}) for file in result.inputs]
    events = [result.events[0].model_copy(update={"kind": text, "name": text})]
    written = dict.fromkeys(("signal", "pseudonym", "entity", "source", "grade", "statement"), text)
    anchors = [result.anchors[0].model_copy(update=written)]
    entities = [result.entities[0].model_copy(update={"entity": text, "statement": text})]
    return result.model_copy(
        update={
            "inputs": files,
            "notes": [text],
            "events": events,
            "anchors": anchors,
            "entities": entities,
        }
    )


def _hostile_chronology(text: str) -> Chronology:
    usual = chronology()
    event = usual.changes[0].event.model_copy(update={"kind": text, "name": text})
    return usual.model_copy(
        update={
            "releases": [usual.releases[0].model_copy(update={"model": text, "statement": text})],
            "changes": [usual.changes[0].model_copy(update={"event": event, "statement": text})],
        }
    )
