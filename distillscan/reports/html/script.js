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
      const empty = ![...body.rows].some((row) => row.cells[column].textContent.trim());
      if (empty || body.rows.length < 2) return;
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

  // the columns of the list of members, and how many of its rows are shown at a time
  const CLUSTER = 0, ACCOUNT = 1, TIER = 2, BITS = 3, FAMILIES = 8, PAGE = 50;

  // what makes the bits of one account, from the table of weights: a row of bars below its own
  const weights = () => {
    const found = {};
    for (const row of document.querySelectorAll("#members-weights tbody tr")) {
      const [cluster, family, , , holds, lacks, prior] = [...row.cells].map((cell) => cell.textContent.trim());
      (found[cluster] ??= { prior: Number(prior), families: {} }).families[family] = [Number(holds), Number(lacks)];
    }
    return found;
  };
  const bar = (bits) => {
    const at = (name, values) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const key in values) node.setAttribute(key, values[key]);
      return node;
    };
    const drawn = at("svg", { width: 330, height: 12, class: "figure", "aria-hidden": "true" });
    const width = Math.min(Math.abs(bits) * 8, 240);
    drawn.append(at("rect", { x: bits < 0 ? 80 - Math.min(width, 80) : 80, width: bits < 0 ? Math.min(width, 80) : width, height: 12, class: bits < 0 ? "against" : "for" }),
      at("line", { x1: 80, x2: 80, y1: 0, y2: 12, class: "axis" }));
    return drawn;
  };
  const explained = (cells, heads) => {
    const button = make("button", { type: "button", className: "why", ariaExpanded: "false" }, make("code", { textContent: cells[ACCOUNT] }));
    button.addEventListener("click", () => {
      const row = button.closest("tr");
      if (button.ariaExpanded === "true") row.nextElementSibling.remove();
      else {
        const own = weights()[cells[CLUSTER]];
        const steps = [["prior odds", own.prior]];
        heads.forEach((family, column) => {
          if (column < FAMILIES || !own.families[family]) return;
          const held = cells[column] !== "0";
          steps.push([held ? family : `no ${family}`, own.families[family][held ? 0 : 1]]);
        });
        const lines = steps.map(([name, bits]) =>
          make("tr", {}, make("th", { scope: "row", textContent: name }), make("td", {}, bar(bits)),
            make("td", { className: "n", textContent: `${bits < 0 ? "−" : "+"}${Math.abs(bits).toFixed(1)}` })));
        const table = make("table", { className: "narrow" },
          make("caption", { textContent: `What makes the ${cells[BITS]} bits of ${cells[ACCOUNT]}` }), make("tbody", {}, ...lines));
        row.after(make("tr", { className: "why" }, make("td", { colSpan: heads.length }, table)));
      }
      button.ariaExpanded = String(button.ariaExpanded !== "true");
    });
    return button;
  };

  const members = () => {
    const place = document.getElementById("members-table");
    const source = document.getElementById("members-lines");
    if (!place || !source) return;
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
          if (column === ACCOUNT) return make("th", { scope: "row" }, explained(cells, heads));
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
      found = all.filter((row) => (!cluster.value || row[CLUSTER] === cluster.value)
        && (!tier.value || row[TIER] === tier.value) && row[ACCOUNT].toLowerCase().includes(wanted));
      if (ordered) found.sort(ordered);
      page = 0;
      draw();
    }
    const cluster = choice(CLUSTER), tier = choice(TIER);
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
      make("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "List of members" }, table));
    shown.ariaLive = "polite";
    draw();
  };
  members();

  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.paper")) part.open = true;
  });
})();
