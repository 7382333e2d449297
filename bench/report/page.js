"use strict";
// The report's own script. Whatever a recording says is put on the page as text only: by
// textContent, never as markup. Nothing is asked of a network.
(() => {
  const byId = (id) => document.getElementById(id);

  // ── elements ───────────────────────────────────────────────────────────────────────────
  function el(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null)); // strings become text nodes
    return made;
  }
  const SVG = "http://www.w3.org/2000/svg";
  function shape(tag, attributes, text) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }
  const said = (value) => value === null || value === undefined ? "–"
    : typeof value === "object" ? JSON.stringify(value) : String(value);
  function pairs(rows) {
    const list = el("dl");
    for (const [name, value] of rows) list.append(el("dt", {}, name), el("dd", {}, value instanceof Node ? value : said(value)));
    return list;
  }

  // ── time ───────────────────────────────────────────────────────────────────────────────
  const at = (ns) => `${(ns / 1e9).toFixed(6)} s`;
  function length(ns) {
    const s = Math.abs(ns) / 1e9;
    if (s < 1e-3) return `${(s * 1e6).toFixed(0)} µs`;
    if (s < 1) return `${(s * 1e3).toFixed(3)} ms`;
    return `${s.toFixed(3)} s`;
  }
  const seconds = (value) => typeof value !== "number" ? "–"
    : value < 1 ? `${(value * 1000).toFixed(1)} ms` : `${value.toFixed(3)} s`;

  // ── what is embedded ───────────────────────────────────────────────────────────────────
  const unpacked = new Map();
  function unpack(id) {
    if (!unpacked.has(id)) unpacked.set(id, inflate(byId(id).textContent));
    return unpacked.get(id);
  }
  async function inflate(letters) {
    if (typeof DecompressionStream === "undefined") throw new Error("this browser cannot unpack evidence: it has no DecompressionStream");
    const plain = atob(letters), bytes = new Uint8Array(plain.length);
    for (let i = 0; i < plain.length; i++) bytes[i] = plain.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  // one entry: {t, seq, cause, kind, lane, words, witness, fields}
  function entries(packed, common) {
    const found = [];
    let t = 0, seq = 0;
    for (let i = 0; i < packed.t.length; i++) {
      t += packed.t[i];
      seq += packed.s[i];
      const place = packed.p[i];
      const [kind, lane, words, witness, fields] = place < 0 ? packed.x[-1 - place] : common.payloads[place];
      const name = common.names[`${fields.bus} ${fields.identifier}`];
      const cause = packed.c[i] ? seq - packed.c[i] : null;
      found.push({ t, seq, cause, kind, lane, witness: Boolean(witness), fields,
        words: name && (kind === "frame_seen" || kind === "cyclic_segment") ? `${words} ${name}` : words });
    }
    return found;
  }

  // ── the list and its filters ───────────────────────────────────────────────────────────
  const form = byId("filters"), rows = [...document.querySelectorAll("#list .row")];
  let texts = null; // put together when somebody searches: it is not needed to open the page
  function filter() {
    const wanted = new FormData(form);
    const words = String(wanted.get("text")).toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) texts = rows.map((row) => row.textContent.toLowerCase());
    let shown = 0;
    rows.forEach((row, number) => {
      const fits = ["verdict", "path", "file", "failure", "owner"].every((name) => !wanted.get(name) || row.dataset[name] === wanted.get(name))
        && speaksFor(row, wanted.get("requirement")) && words.every((word) => texts[number].includes(word));
      row.hidden = !fits;
      if (!fits) close(row);
      shown += fits;
    });
    byId("shown").textContent = `${shown} of ${rows.length} shown`;
    byId("none").hidden = shown > 0;
  }
  function speaksFor(row, requirement) {
    const places = (row.dataset.requirements || "").split(" ").filter(Boolean);
    return !requirement || (requirement === "none" ? !places.length : places.includes(requirement));
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  byId("matrix")?.addEventListener("click", (event) => {
    const cell = event.target.closest("button.cell");
    if (cell) list({ path: cell.dataset.path, failure: cell.dataset.failure });
  });
  for (const button of document.querySelectorAll("button.list")) {
    button.addEventListener("click", () => list({ requirement: button.dataset.requirement }));
  }
  function list(wanted) {
    form.reset();
    for (const [name, value] of Object.entries(wanted)) {
      if (form.elements[name]) form.elements[name].value = value; // what all have alike has no filter
    }
    setTimeout(() => {
      filter();
      byId("verdicts-title").focus({ preventScroll: true });
      byId("verdicts").scrollIntoView();
    });
  }
  byId("list").addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row || (event.target.closest("button") === null && String(getSelection()))) return;
    if (row.classList.contains("on")) close(row); else open(row);
  });

  function close(row) {
    if (!row.classList.contains("on")) return;
    row.classList.remove("on");
    row.querySelector(".open").setAttribute("aria-expanded", "false");
    row.nextElementSibling.remove();
  }
  async function open(row) {
    const number = row.id.replace("verdict-", "");
    const box = el("div");
    const detail = el("tr", { class: "detail", id: `detail-${number}`, role: "row" }, el("td", { colspan: "9", role: "cell" }, box));
    rows.filter((other) => other !== row).forEach(close);
    row.classList.add("on");
    const button = row.querySelector(".open");
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-controls", detail.id);
    row.after(detail);
    history.replaceState(null, "", `#${row.id}`);
    try {
      const common = await unpack("common"), place = (number - 1) % common.together;
      const packs = await unpack(`pack-${number - place}`); // some are packed together, by the first one's number
      show(box, packs[place], common);
    } catch (error) {
      box.append(el("p", { role: "alert" }, `The evidence cannot be shown: ${error.message}`));
    }
  }

  // a verdict's evidence is as wide as what is seen of the list, which may be wider and scroll
  const frame = byId("list").parentElement;
  const fit = (box) => { box.style.width = `${Math.max(260, frame.clientWidth - 34)}px`; };
  new ResizeObserver(() => document.querySelectorAll(".detail > td > div").forEach(fit)).observe(frame);
  addEventListener("beforeprint", () => document.querySelectorAll("details.units, details.names").forEach((each) => { each.open = true; }));

  // ── a verdict ──────────────────────────────────────────────────────────────────────────
  function show(box, pack, common) {
    const verdict = pack.verdict, packed = pack.timeline;
    const events = packed ? entries(packed, common) : [];
    const header = packed ? packed.h : {};
    fit(box);
    box.append(el("h3", {}, verdict.scenario), el("p", {}, verdict.reason, " ",
      el("span", { class: "quiet" }, `decided by ${verdict.oracle === "test" ? "what the test asserts" : `the oracle ${verdict.oracle}`}${verdict.path === "test" ? "" : `; outcome: ${verdict.outcome.replace("_", " ")}`}`)));
    box.append(el("div", { class: "columns" }, el("div", {}, el("h4", {}, "Figures"), figures(verdict, header)),
      el("div", {}, el("h4", {}, "Environment"), surroundings(verdict, header, events, pack.capture))));
    box.append(el("h4", {}, "Judgements"), judgements(verdict));
    for (const each of verdict.judgements) if (each.measurements.length) box.append(...measured(each));
    if (pack.requirements.length) box.append(el("h4", {}, "Requirements"), requirements(pack.requirements, common));
    if (verdict.repeat) box.append(...repetitions(verdict.repeat));
    box.append(...units(events));
    box.append(el("h4", {}, "Timeline"));
    if (!packed) {
      box.append(el("p", {}, verdict.recording ? `Its recording ${verdict.recording} is missing.` : "Nothing was recorded."));
      return;
    }
    if (packed.wrong) box.append(el("p", { class: "missing" }, `The recording ${packed.wrong}: what could be read is shown.`));
    timeline(box, events, verdict, common, packed.left);
  }
  function figures(verdict, header) {
    const met = Object.entries(verdict.faults_met);
    const limit = header.limits && header.limits.opens;
    const test = verdict.path === "test", rows = []; // a test of somebody's own: what it asserts, it says itself
    if (!test) rows.push(["measured", seconds(verdict.measured_s)], ["limit", seconds(verdict.limit_s)]);
    if (limit) rows.push(["source of the limit", limit.source]);
    if (!test) rows.push(["without the outage", verdict.outage === null ? "this is the baseline" : seconds(verdict.baseline_s)],
      ["failure", verdict.outage === null ? "none" : verdict.outage], ["phase of the act", verdict.phase]);
    rows.push(["faults met", met.length ? met.map(([name, count]) => `${name}: ${count} time${count === 1 ? "" : "s"}`).join(", ") : "none was injected"]);
    const others = Object.entries(header.limits || {}).filter(([name]) => name !== "opens" && !name.startsWith("telematics_discipline.")); // these stand in a table of their own
    for (const [name, other] of others) rows.push([`limit ${name.replaceAll("_", " ")}`, other && other.source ? `${said(other.value)} (${other.source})` : other]);
    return pairs(rows);
  }
  function surroundings(verdict, header, events, capture) {
    const again = verdict.path !== "test" ? `bench replay RUN/${verdict.scenario}` : header.again;
    const rows = [...(again ? [["to run it again", el("code", {}, again)]] : []), ["versions, configuration, host", el("a", { href: "#environment" }, "those of the whole run")], ["seed", header.seed], ["stamp", header.stamp], ["bench clock began at", header.epoch]];
    if (header.compress && header.compress !== 1) rows.push(["phases", `${header.compress} times shorter than declared`]);
    const moves = Object.entries(header.movements || {}).map(([name, each]) => `${name}: ${each.pulses} of a motor within ${each.within_s} s`);
    if (moves.length) rows.push(["pulses for one request", moves.join(", ")]);
    if (header.defects && header.defects.length) rows.push(["defects switched on", [header.defects].flat().map(said).join(", ")]);
    for (const { kind, fields } of events) {
      if (kind === "jitter_measured") rows.push(["bench jitter, worst", length(fields.worst_ns)]);
      if (kind === "time_stamps_mapped") rows.push([`time stamps of ${fields.bus}`, `${fields.clock} clock, within ${length(fields.uncertainty_ns)}`]);
      if (kind === "instrument_found") rows.push([fields.instrument, fields.identity]);
    }
    const checked = events.filter((event) => event.kind === "state_checked");
    if (checked.length) rows.push(["starting state", checked.map(({ fields }) =>
      `${fields.item} ${said(fields.seen)}${fields.verified ? "" : ` (declared ${fields.declared}: not verified)`}`).join(", ")]);
    // beside the report, in the run's folder: a report that was mailed alone leads nowhere
    if (capture) rows.push(["network capture", el("a", { href: capture.split("/").map(encodeURIComponent).join("/") }, capture)]);
    return pairs(rows);
  }
  function table(heads, lines, name) {
    const made = el("table", { class: "plain" }, el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, ...lines.map((cells) => el("tr", {}, ...cells.map((cell, place) => el("td", { "data-label": heads[place] }, typeof cell === "object" && cell ? cell : said(cell)))))));
    return el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": name }, made);
  }
  const WORDS = new Set(["pass", "fail", "inconclusive", "not_fitted"]);
  const chip = (word) => el("span", { class: `chip ${WORDS.has(word) ? word : "none"}` }, word.replace("_", " "));
  function judgements(verdict) {
    return table(["oracle", "says", "because"], verdict.judgements.map((each) =>
      [each.oracle === verdict.oracle ? el("b", {}, each.oracle, " (decided)") : each.oracle, chip(each.verdict), each.reason]), "Judgements");
  }
  function measured(judgement) {
    const lines = judgement.measurements.map((each) => [each.name.replaceAll("_", " "), each.value === null ? "–" : Number(each.value.toPrecision(4)),
      `${each.bound} ${each.limit} ${each.unit}`, chip(each.verdict), each.note, each.source]);
    return [el("h4", {}, `What ${judgement.oracle} has measured`),
      table(["measure", "value", "limit", "says", "from", "source of the limit"], lines, "Measurements")];
  }
  function requirements(listed, common) {
    return table(["requirement", "what it asks", "because", "says"], listed.map(([place, reason, word]) => {
      const { listed: known, reasons } = common.requirements, [id, asks] = known[place];
      return [el("a", { href: `#requirement-${place}` }, id), asks || "–", reasons[reason], chip(word)];
    }), "Requirements of this verdict");
  }
  function repetitions(repeat) {
    return [el("h4", {}, `Repetitions: ${repeat.passed} of ${repeat.n} passed${repeat.stable ? "" : ", unstable"}`),
      pairs([["median", seconds(repeat.median_s)], ["95th percentile", seconds(repeat.p95_s)], ["share that passed, likely", between(repeat.interval.passed, (share) => `${(100 * share).toFixed(0)} %`)],
        ["median, likely", between(repeat.interval.median_s, seconds, "not known: fewer than six times")]]),
      table(["verdict", "measured", "reason", "recording"], repeat.runs.map((run) =>
        [chip(run.verdict), seconds(run.measured_s), run.reason, run.recording]), "Repetitions")];
  }
  const between = (interval, said, none = "–") => interval ? `${said(interval.low)} to ${said(interval.high)} (${interval.method})` : none;
  function units(events) {
    const found = new Map();
    const of = (unit) => found.get(unit) || found.set(unit, { said: [], before: "not read", after: "not read" }).get(unit);
    for (const { kind, fields, words } of events) {
      if (kind === "unit_identified") of(fields.unit).said.push(words.replace(`${fields.unit}: `, ""));
      if (kind === "codes_read" && (fields.moment === "before" || fields.moment === "after")) of(fields.unit)[fields.moment] = [fields.codes].flat().map(said).join(", ") || "none";
      if (kind === "diagnosis_failed") of(fields.unit).said.push(`${fields.moment}: ${fields.reason}`);
    }
    if (!found.size) return [];
    return [el("details", { class: "units" }, el("summary", {}, `The car's units and their trouble codes (${found.size} units)`),
      table(["unit", "what it said", "trouble codes before", "after"],
        [...found].map(([unit, each]) => [unit, each.said.join("; "), each.before, each.after]), "Units"))];
  }

  // ── the timeline ───────────────────────────────────────────────────────────────────────
  const GUTTER = 112, LANE = 24, TOP = 26, NEAR_PX = 9, AROUND_NS = 3e8, MOST_AROUND = 40;
  const MOVED = new Set(["edge", "relay_switched", "supply_switched", "supply_set"]);
  const WRONG = new Set(["fault_met", "exchange_failed", "name_failed", "telegram_lost", "receiver_lost", "frames_dropped",
    "frames_not_sent", "bench_fault", "error_seen", "diagnosis_failed", "fault_armed", "frame_spoiled", "wire_disturbed", "cut_off"]);
  const ACTS = new Set(["intent_began", "act_sensed", "attempt_settled"]);

  function lanesOf(events, common) {
    const rank = (lane) => {
      const place = common.lanes.indexOf(lane.split(" ")[0]);
      return place < 0 ? common.lanes.length : place;
    };
    return [...new Set(events.map((event) => event.lane))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
  }
  const span = ({ kind, fields, t }) => kind !== "cyclic_segment" || typeof fields.first_ns !== "number" ? [t, t]
    : [fields.first_ns, fields.first_ns + Math.max(0, fields.count - 1) * fields.period_ns];

  function timeline(box, all, verdict, common, left) {
    const end = all.reduce((most, event) => Math.max(most, event.t), 1);
    const bySeq = new Map(all.map((event) => [event.seq, event]));
    const hidden = all.filter((event) => event.witness).length;
    const state = { from: 0, to: end, witness: false, chosen: null };
    const svg = shape("svg", { class: "time", tabindex: "0", role: "application", "aria-roledescription": "timeline" });
    const panel = el("div", { class: "event" }), spoken = el("p", { class: "hidden", "aria-live": "polite" });
    const where = el("span", { class: "quiet" });
    let lanes = [], events = [], drawn = 0;

    const button = (name, run, label) => el("button", { type: "button", "aria-label": label, title: label, on: { click: run } }, name);
    const act = all.find((event) => event.kind === "act_sensed");
    const witness = el("input", { type: "checkbox", id: "witness", on: { change: (event) => { state.witness = event.target.checked; choose(state.chosen); draw(); } } });
    box.append(el("div", { class: "tools" },
      button("+", () => zoom(0.5), "Zoom in"), button("−", () => zoom(2), "Zoom out"),
      button("←", () => pan(-0.25), "Earlier"), button("→", () => pan(0.25), "Later"),
      button("All", () => look(0, end), "Show the whole recording"),
      act ? button("The act", () => look(act.t - 5e8, act.t + 2e9), "Show what the owner did") : null,
      hidden ? el("label", {}, witness, ` the witness's ${hidden} events`) : null, where), svg, spoken, keys(), panel);
    const leftOut = Object.entries(left || {});
    if (leftOut.length) box.append(el("p", { class: "quiet" }, `Left out here, and in the recording: ${leftOut.map(([bus, count]) => `${count} single frames of ${bus}`).join(", ")}.`));
    box.append(listing());

    function keys() {
      const key = (kind, text) => {
        const icon = shape("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" });
        icon.append(...marks(kind, 7, 7));
        return el("span", {}, icon, ` ${text}`);
      };
      return el("p", { class: "keys" }, key("act_sensed", "owner"), key("claim", "told the owner"), key("edge", "moved"),
        key("fault_met", "fault or error"), key("frame_seen", "frame"), key("bar", "cyclic frames"), key("other", "other event"),
        el("span", {}, "shaded: a phase of the outage"), el("span", {}, "shaded in lane owner: this way did not help"),
        el("span", {}, "keys: ← → events, ↑ ↓ lanes, + − zoom, 0 all, A act; wheel when selected"));
    }
    function marks(kind, x, y) {
      if (kind === "bar") return [shape("rect", { class: "bar", x: 0, y: y - 3, width: 14, height: 6 })];
      if (kind === "frame_seen") return [shape("rect", { class: "mark", x: x - 0.75, y: y - 6, width: 1.5, height: 12 })];
      if (ACTS.has(kind)) return [shape("path", { class: "act", d: `M${x - 6} ${y - 6}l12 6l-12 6z` })];
      if (kind === "claim") return [shape("rect", { class: "claim", x: x - 5, y: y - 5, width: 10, height: 10 })];
      if (MOVED.has(kind)) return [shape("path", { class: "moved", d: `M${x} ${y - 7}l7 7l-7 7l-7 -7z` })];
      if (WRONG.has(kind)) return [shape("path", { class: "wrong", d: `M${x - 5} ${y - 5}l10 10m0 -10l-10 10` })];
      return [shape("circle", { class: "mark", cx: x, cy: y, r: 3.5 })];
    }

    // a view never leaves the recording, and never gets narrower than 20 µs
    function look(from, to) {
      const width = Math.min(end, Math.max(2e4, to - from));
      state.from = Math.min(Math.max(0, from), end - width);
      state.to = state.from + width;
      draw();
    }
    function zoom(factor, middle) {
      const inView = state.chosen && state.chosen.t >= state.from && state.chosen.t <= state.to;
      const fixed = middle ?? (inView ? state.chosen.t : (state.from + state.to) / 2);
      look(fixed - (fixed - state.from) * factor, fixed + (state.to - fixed) * factor);
    }
    function pan(part) { const by = (state.to - state.from) * part; look(state.from + by, state.to + by); }
    const width = () => Math.max(200, svg.clientWidth || 900);
    const x = (t) => GUTTER + (t - state.from) / (state.to - state.from) * (width() - GUTTER - 8);
    const timeAt = (px) => state.from + (px - GUTTER) / (width() - GUTTER - 8) * (state.to - state.from);
    const y = (lane) => TOP + lanes.indexOf(lane) * LANE + LANE / 2;

    function draw() {
      drawn += 1;
      events = all.filter((event) => state.witness || !event.witness);
      lanes = lanesOf(events, common);
      const height = TOP + lanes.length * LANE + 6, wide = width();
      svg.setAttribute("viewBox", `0 0 ${wide} ${height}`);
      svg.setAttribute("height", height);
      svg.setAttribute("aria-label", `Timeline of ${events.length} events in ${lanes.length} lanes from ${at(state.from)} to ${at(state.to)}`);
      const parts = [];
      lanes.forEach((lane, number) => { if (number % 2 === 0) parts.push(shape("rect", { class: "stripe", x: 0, y: TOP + number * LANE, width: wide, height: LANE })); });
      parts.push(...bands(height), ...helpless(), ...axis(height));
      const taken = new Set();
      for (const event of events) parts.push(...drawing(event, taken));
      parts.push(...chain());
      // what reaches into the lanes' names is covered
      parts.push(shape("rect", { class: "gutter", x: 0, y: 0, width: GUTTER - 6, height }));
      for (const lane of lanes) {
        const [first, ...rest] = lane.split(" ");
        parts.push(shape("text", { x: 6, y: y(lane) + 4 }, [common.titles[first] || first, ...rest].join(" ")));
      }
      svg.replaceChildren(...parts);
      const digits = state.to - state.from > 1e10 ? 3 : 6;
      where.textContent = `${[state.from, state.to].map((t) => (t / 1e9).toFixed(digits)).join(" s to ")} s`;
    }
    function drawing(event, taken) {
      const [from, to] = span(event);
      if (to < state.from || from > state.to) return [];
      const row = y(event.lane);
      if (event.kind === "cyclic_segment") {
        const a = Math.max(GUTTER, x(from)), b = Math.min(width() - 8, x(to));
        return [shape("rect", { class: "bar", x: a, y: row - 3, width: Math.max(1.5, b - a), height: 6 })];
      }
      const px = Math.round(x(event.t) * 2) / 2, key = `${event.lane} ${px} ${marksKey(event.kind)}`;
      if (taken.has(key)) return []; // drawn at this very place already
      taken.add(key);
      const made = marks(event.kind, px, row);
      if (event.witness || event.lane === "car") made.forEach((part) => part.classList.add("faint"));
      return made;
    }
    const marksKey = (kind) => ACTS.has(kind) ? "act" : MOVED.has(kind) ? "moved" : WRONG.has(kind) ? "wrong" : kind === "frame_seen" || kind === "claim" ? kind : "other";
    function bands(height) {
      const phases = all.filter((event) => event.kind === "phase_began"), parts = [];
      let free = 0; // where the next name has room: names of short phases would lie upon each other
      phases.forEach((event, number) => {
        const name = String(event.fields.phase), until = number + 1 < phases.length ? phases[number + 1].t : end;
        const a = Math.max(GUTTER, x(event.t)), b = Math.min(width() - 8, x(until));
        if (name === "before" || name === "after" || b <= a) return;
        parts.push(shape("rect", { class: "band", x: a, y: TOP, width: b - a, height: height - TOP - 6 }));
        if (a < free) return;
        parts.push(shape("text", { class: "note", x: a + 4, y: 11 }, name));
        free = a + 12 + 6.5 * name.length;
      });
      return parts;
    }
    function helpless() {
      if (!lanes.includes("owner")) return [];
      return verdict.helpless.map(([from, to]) => [Math.max(GUTTER, x(from)), Math.min(width() - 8, x(to))]).filter(([a, b]) => b > a)
        .map(([a, b]) => shape("rect", { class: "helpless", x: a, y: y("owner") - LANE / 2 + 2, width: b - a, height: LANE - 4 }));
    }
    function axis(height) {
      const wide = state.to - state.from, rough = wide / Math.max(2, (width() - GUTTER) / 110), parts = [];
      const power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
      const digits = Math.max(0, Math.min(9, 9 - Math.floor(Math.log10(step) + 1e-9)));
      for (let t = Math.ceil(state.from / step) * step; t <= state.to; t += step) {
        const px = x(t);
        parts.push(shape("line", { class: "grid", x1: px, x2: px, y1: TOP - 4, y2: height - 6 }));
        parts.push(shape("text", { class: "tick", x: px + 3, y: TOP - 5 }, `${(t / 1e9).toFixed(digits)} s`));
      }
      return parts;
    }

    // ── choosing, and what is said about what is chosen ──────────────────────────────────
    function causes(event) {
      const found = [], seen = new Set();
      for (let next = event; next && !seen.has(next.seq); next = next.cause === null ? null : bySeq.get(next.cause)) {
        seen.add(next.seq);
        found.unshift(next);
      }
      return found;
    }
    function chain() {
      if (!state.chosen) return [];
      const steps = causes(state.chosen).filter((event) => lanes.includes(event.lane)), parts = [];
      const place = (event) => [Math.min(width() + 50, Math.max(GUTTER - 50, x(event.t))), y(event.lane)];
      if (steps.length > 1) parts.push(shape("polyline", { class: "chain", points: steps.map((event) => place(event).join(",")).join(" ") }));
      for (const event of steps) parts.push(shape("circle", { class: event === state.chosen ? "chosen" : "linked", cx: place(event)[0], cy: place(event)[1], r: event === state.chosen ? 9 : 6 }));
      return parts;
    }
    function choose(event, { focus = false } = {}) {
      state.chosen = event;
      panel.replaceChildren();
      if (!event) {
        panel.append(el("p", { class: "quiet" }, "Select a mark: what it says, what led to it, and what stands around it."));
        return;
      }
      if (event.t < state.from || event.t > state.to) {
        const half = (state.to - state.from) / 2;
        look(event.t - half, event.t + half);
      } else draw();
      panel.append(...told(event));
      spoken.textContent = `${event.words}, ${event.lane}, ${at(event.t)}`; // the panel is too long to be read out
      if (focus) svg.focus({ preventScroll: true });
    }
    const link = (event, text) => el("button", { type: "button", class: "jump", on: { click: () => choose(event, { focus: true }) } }, text ?? event.words);
    function steps(list, from) {
      return el("ol", { class: "steps" }, ...list.map((each) => el("li", {}, el("span", { class: "n" }, each === from ? at(each.t) : `${each.t < from.t ? "−" : "+"}${length(each.t - from.t)}`),
        each === from ? el("b", {}, each.words) : link(each), el("span", { class: "quiet" }, ` ${each.lane}`))));
    }
    function told(event) {
      const led = all.filter((each) => each.cause === event.seq), why = causes(event);
      const parts = [el("p", { class: "quiet" }, `${at(event.t)} · ${event.lane} · ${event.kind.replaceAll("_", " ")} · entry ${event.seq}`),
        pairs(Object.entries(event.fields))];
      if (event.kind === "cyclic_segment") parts.push(el("p", { class: "quiet" }, "A stretch of cyclic frames that follow one rule; exceptions are counted here and stand in the recording."));
      parts.push(el("h4", {}, why.length > 1 ? "Because of" : "Nothing recorded led to it"));
      if (why.length > 1) parts.push(steps(why, event));
      if (led.length) parts.push(el("h4", {}, "Led to"), steps(led.slice(0, MOST_AROUND), event));
      const exchange = event.fields.exchange ? all.filter((each) => each.fields.exchange === event.fields.exchange) : [];
      if (exchange.length > 1) parts.push(el("h4", {}, "The exchange"), steps(exchange, event));
      return [el("h4", {}, event.words), el("div", { class: "columns" }, el("div", {}, ...parts), el("div", {}, ...around(event)))];
    }
    function around(event) {
      const near = events.filter((each) => each.kind !== "cyclic_segment" && Math.abs(each.t - event.t) <= AROUND_NS)
        .sort((a, b) => Math.abs(a.t - event.t) - Math.abs(b.t - event.t) || a.seq - b.seq);
      const shown = near.slice(0, MOST_AROUND).sort((a, b) => a.t - b.t || a.seq - b.seq);
      const cyclic = events.filter((each) => each.kind === "cyclic_segment" && span(each)[0] <= event.t && span(each)[1] >= event.t);
      const head = near.length > shown.length ? `the nearest ${shown.length} of ${near.length}` : `${near.length}`;
      const lines = shown.map((each) => el("tr", each === event ? { class: "self" } : {},
        el("td", { class: "n" }, each === event ? "this" : `${each.t < event.t ? "−" : "+"}${length(each.t - event.t)}`),
        el("td", {}, each.lane), el("td", {}, each === event ? each.words : link(each))));
      const parts = [el("h4", {}, `Frames and exchanges within ${length(AROUND_NS)} (${head})`),
        el("table", { class: "around" }, el("tbody", {}, ...lines))];
      if (cyclic.length) parts.push(el("h4", {}, "Cyclic frames at this moment"), steps(cyclic, event));
      return parts;
    }
    function listing() {
      const details = el("details", {}, el("summary", {}, `All ${all.length} events as a table`));
      details.addEventListener("toggle", () => {
        if (!details.open || details.childElementCount > 1) return;
        const lines = all.map((event) => [at(event.t), event.lane, link(event), event.cause === null ? "" : `because of ${event.cause}`, event.seq]);
        details.append(table(["time", "lane", "what", "cause", "entry"], lines, "All events"));
      });
      return details;
    }

    // ── by pointer, wheel and keyboard ───────────────────────────────────────────────────
    let dragged = null;
    const place = (event) => {
      const box_ = svg.getBoundingClientRect();
      return [(event.clientX - box_.left) * width() / box_.width, (event.clientY - box_.top) * width() / box_.width];
    };
    svg.addEventListener("pointerdown", (event) => { dragged = { px: place(event)[0], from: state.from, to: state.to, moved: false }; });
    svg.addEventListener("pointermove", (event) => {
      if (!dragged || !event.buttons) return;
      const by = (place(event)[0] - dragged.px) / (width() - GUTTER - 8) * (dragged.to - dragged.from);
      if (Math.abs(place(event)[0] - dragged.px) > 4) dragged.moved = true;
      if (dragged.moved) look(dragged.from - by, dragged.to - by);
    });
    svg.addEventListener("click", (event) => {
      const [px, py] = place(event), lane = lanes[Math.floor((py - TOP) / LANE)];
      if (dragged && dragged.moved) return;
      const away = (each) => { const [from, to] = span(each); return Math.max(x(from) - px, px - x(to), 0) + (each.kind === "cyclic_segment" ? 2 : 0); };
      const inLane = events.filter((each) => each.lane === lane && away(each) <= NEAR_PX);
      if (inLane.length) choose(inLane.reduce((a, b) => away(b) < away(a) ? b : a));
    });
    svg.addEventListener("wheel", (event) => {
      if (document.activeElement !== svg && !event.ctrlKey) return;
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(Math.sign(event.deltaX || event.deltaY) * 0.1);
      else zoom(event.deltaY < 0 ? 0.8 : 1.25, timeAt(place(event)[0]));
    }, { passive: false });
    svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const run = { "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), "0": () => look(0, end), Home: () => step(-Infinity), End: () => step(Infinity),
        ArrowRight: () => step(1), ArrowLeft: () => step(-1), ArrowDown: () => otherLane(1), ArrowUp: () => otherLane(-1),
        PageDown: () => pan(0.5), PageUp: () => pan(-0.5), a: () => act && (choose(act), look(act.t - 5e8, act.t + 2e9)) }[event.key];
      if (!run) return;
      event.preventDefault();
      run();
    });
    function step(by) {
      const inLane = state.chosen ? events.filter((event) => event.lane === state.chosen.lane) : events;
      const now = inLane.indexOf(state.chosen);
      choose(inLane[Math.min(inLane.length - 1, Math.max(0, now + by))]);
    }
    function otherLane(by) {
      const now = state.chosen ? lanes.indexOf(state.chosen.lane) : -1, t = state.chosen ? state.chosen.t : state.from;
      const lane = lanes[Math.min(lanes.length - 1, Math.max(0, now + by))];
      const inLane = events.filter((event) => event.lane === lane);
      choose(inLane.reduce((a, b) => Math.abs(b.t - t) < Math.abs(a.t - t) ? b : a));
    }

    new ResizeObserver(() => { if (svg.isConnected) draw(); }).observe(svg);
    addEventListener("beforeprint", () => { if (svg.isConnected) draw(); });
    draw();
    choose(act || null);
  }

  // a link to a verdict opens it
  function follow() {
    const row = location.hash.startsWith("#verdict-") ? byId(location.hash.slice(1)) : null;
    if (!row || !row.classList.contains("row") || row.classList.contains("on")) return;
    if (row.hidden) {
      form.reset();
      filter();
    }
    open(row);
    row.scrollIntoView();
  }
  addEventListener("hashchange", follow);
  addEventListener("click", (event) => { // to where the address has led before: no change of it
    const to = event.target.closest && event.target.closest('a[href^="#verdict-"]');
    if (to && to.hash === location.hash) follow();
  });
  // a browser that goes back fills the filters in again
  if ([...form.elements].some((field) => "value" in field && field.value && field.type !== "reset" && field.tagName !== "OUTPUT")) filter();
  follow();
})();
