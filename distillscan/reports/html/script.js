"use strict";
// Everything is readable without this: it sorts and filters tables, and pages through the list of members.
(() => {
  const make = (name, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  };
  const collator = new Intl.Collator("en", { numeric: true });
  const asNumber = (text) => {
    const plain = text.replace(/[,%]/g, "").replace("−", "-").trim();
    return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : null;
  };
  const compare = (a, b) => {
    const x = asNumber(a), y = asNumber(b);
    return x !== null && y !== null ? x - y : collator.compare(a, b);
  };

  // the button of a column head; tells the new direction, 1 or -1, and marks the head for screen readers
  const sortable = (head, first, sort) => {
    const button = make("button", { type: "button", textContent: head.textContent });
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const ascending = head.ariaSort ? head.ariaSort === "descending" : first > 0;
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.ariaSort = ascending ? "ascending" : "descending";
      sort(ascending ? 1 : -1);
    });
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.textContent.trim() || body.rows.length < 2) return;
      sortable(head, head.classList.contains("n") ? -1 : 1, (direction) => {
        const rows = [...body.rows].map((row) => [row.cells[column].textContent.trim(), row]);
        rows.sort((a, b) => direction * compare(a[0], b[0]));
        body.append(...rows.map((pair) => pair[1]));
      });
    });
  }

  for (const table of document.querySelectorAll("table.filter")) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 8) continue;
    const shown = make("output", {});
    const input = make("input", { type: "search" });
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let count = 0;
      for (const row of rows) {
        row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
        count += row.hidden ? 0 : 1;
      }
      shown.textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows`;
    });
    const label = make("label", { textContent: "Filter " }, input);
    table.parentNode.before(make("div", { className: "tools" }, label, shown));
  }

  const members = () => {
    const place = document.getElementById("members-table");
    const source = document.getElementById("members-lines");
    if (!place || !source) return;
    const ACCOUNT = 1, TIER = 2, BITS = 3, FAMILIES = 8, PAGE = 50;
    const [heads, ...all] = source.textContent.split("\n").map((line) => line.split("\t"));
    const numeric = heads.map((_, column) => column >= BITS && all.slice(0, 50).every((row) => asNumber(row[column]) !== null));
    let found = all, page = 0, ordered = null;

    const body = make("tbody");
    const shown = make("output", {});
    const button = (text, step) => {
      const node = make("button", { type: "button", textContent: text });
      node.addEventListener("click", () => { page += step; draw(); });
      return node;
    };
    const back = button("Previous", -1), next = button("Next", 1);
    const draw = () => {
      body.replaceChildren(...found.slice(page * PAGE, (page + 1) * PAGE).map((cells) =>
        make("tr", {}, ...cells.map((text, column) => {
          if (column === ACCOUNT) return make("th", { scope: "row" }, make("code", { textContent: text }));
          const cell = make("td", { textContent: text, className: numeric[column] ? "n" : "d" });
          if (column >= FAMILIES && text === "0") cell.classList.add("lacking");
          return cell;
        }))));
      const last = Math.min((page + 1) * PAGE, found.length);
      const from = found.length ? page * PAGE + 1 : 0;
      shown.textContent = `${from.toLocaleString("en")} to ${last.toLocaleString("en")} of ${found.length.toLocaleString("en")}`;
      back.disabled = page === 0;
      next.disabled = last >= found.length;
    };

    const input = make("input", { type: "search" });
    const choice = (column) => {
      const values = [...new Set(all.map((row) => row[column]))].sort(collator.compare);
      const select = make("select", {}, make("option", { value: "", textContent: "all" }),
        ...values.map((value) => make("option", { value, textContent: value })));
      select.addEventListener("change", choose);
      return select;
    };
    function choose() {
      const wanted = input.value.trim().toLowerCase();
      found = all.filter((row) => (!cluster.value || row[0] === cluster.value)
        && (!tier.value || row[TIER] === tier.value) && row[ACCOUNT].toLowerCase().includes(wanted));
      if (ordered) found.sort(ordered);
      page = 0;
      draw();
    }
    const cluster = choice(0), tier = choice(TIER);
    input.addEventListener("input", choose);

    const row = make("tr");
    heads.forEach((name, column) => {
      const head = make("th", { scope: "col", textContent: name, className: numeric[column] ? "n" : "" });
      row.append(head);
      sortable(head, numeric[column] && column !== BITS ? -1 : 1, (direction) => {
        ordered = (a, b) => direction * compare(a[column], b[column]);
        choose();
      });
    });
    const table = make("table", {}, make("caption", { textContent: "Members, fifty at a time" }), make("thead", {}, row), body);
    place.append(
      make("div", { className: "tools" },
        make("label", { textContent: "Cluster " }, cluster), make("label", { textContent: "Tier " }, tier),
        make("label", { textContent: "Account " }, input), back, next, shown),
      make("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "Members" }, table));
    shown.ariaLive = "polite";
    draw();
  };
  members();

  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.paper")) part.open = true;
  });
})();
