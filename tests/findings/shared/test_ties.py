"""What binds a core: how many values of each signal, and from how many networks."""

from clustered import clustered, request

from distillscan.findings.shared.ties import binding_ties

ADDRESSES = {
    "192.0.2.7": "192",
    "198.51.100.1": "198",
    "198.18.0.1": "198",
    "2001:db8:1::7": "2001:db8",
    "2001:db8:2::7": "2001:db8",
    "3fff:0:1::7": "3fff:0",
    "#0123456789abcdef": None,
}


def test_networks_are_wide_and_a_digest_has_none(tmp_path):
    names = [f"a{n:02}" for n in range(10)]
    held = [("NETWORK", "ip", address, names, 0, 9) for address in ADDRESSES]
    with clustered(tmp_path, [request(name, 1) for name in names], {"c": names}, held) as connection:
        found = binding_ties(connection, "c", len(names)).signals["ip"]
    assert found.values == len(ADDRESSES)
    assert found.networks == len(set(ADDRESSES.values()) - {None})
