/* The forms of the desk: what a date means while it is typed, no change lost by leaving, Ctrl+S. */
"use strict";
(() => {
    // --- what a date means: alliances/typed_dates.py, in the same words ---------------------------------------------
    const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December"];
    const EXAMPLES = "Write a year (1991), a month (1991-12) or a day (1991-12-21)";
    const INTERVALS = "Write [1985..1989], [..1990] (by 1990) or [1985..] (1985 or later)";
    // Python's str.isprintable, character by character.
    const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

    function shorten(text) {
        const characters = [...text].slice(0, 41).map((character) => (HIDDEN.test(character) ? "?" : character));
        return characters.length <= 40 ? characters.join("") : `${characters.slice(0, 39).join("")}…`;
    }

    function daysIn(year, month) {
        if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
        return [4, 6, 9, 11].includes(month) ? 30 : 31;
    }

    const PIECE = "([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)";
    // What people write, and what it is kept as: < is the date before, > the one after.
    const WRITTEN = [
        ["by DATE|DATE or earlier", "[..1]"], ["DATE or later", "[1..]"], ["before DATE", "[..<]"], ["after DATE", "[>..]"],
        ["between DATE and DATE|DATE ?/ ?DATE|DATE to DATE|DATE ?[–—] ?DATE", "[1..2]"],
        ["\\[ ?DATE ?\\.\\. ?DATE ?\\]", "[1..2]"], ["\\[ ?\\.\\. ?DATE ?\\]", "[..1]"], ["\\[ ?DATE ?\\.\\. ?\\]", "[1..]"],
    ].map(([written, means]) => [new RegExp(`^(?:${written.replaceAll("DATE", PIECE)})$`), means]);

    /** Return [year, month, day, words] of a date, or throw what is wrong with it. */
    function parse(text) {
        const found = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/.exec(text);
        if (!found) throw `“${shorten(text)}” is not a date. ${EXAMPLES}.`;
        const [year, month, day] = found.slice(1).map((part) => part && Number(part));
        if (year === 0) throw `“${text}”: there is no year 0000. ${EXAMPLES}.`;
        if (month === undefined) return [year, month, day, found[1]];
        if (month < 1 || month > 12) throw `“${text}”: there is no month ${found[2]}; months go from 01 to 12.`;
        const name = `${MONTHS[month - 1]} ${found[1]}`;
        if (day === undefined) return [year, month, day, name];
        const last = daysIn(year, month);
        if (day < 1 || day > last) throw `“${text}”: ${MONTHS[month - 1]} ${year} has days 01 to ${last}.`;
        return [year, month, day, `${day} ${name}`];
    }

    const padded = (number, size = 2) => String(number).padStart(size, "0");

    /** Return the year, month or day before (-1) or after (1) one. */
    function neighbour(text, step) {
        let [year, month, day] = parse(text);
        if (day !== undefined) {
            day += step;
            if (day < 1) month -= 1;
            else if (day > daysIn(year, month)) [month, day] = [month + 1, 1];
        } else if (month !== undefined) month += step;
        else year += step;
        if (month === 0) [year, month] = [year - 1, 12];
        if (month === 13) [year, month] = [year + 1, 1];
        if (day === 0) day = daysIn(year, month);
        if (year < 1 || year > 9999) throw "";
        return [padded(year, 4), ...(month === undefined ? [] : [padded(month)]), ...(day === undefined ? [] : [padded(day)])].join("-");
    }

    /** Return a date in the form in which it is kept, from what people write; what is not understood as it is. */
    function understand(typed) {
        const text = typed.trim();
        if (text.length > 60) return text;
        const plain = text.split(/\s+/).join(" ").toLowerCase();
        if (plain === "xxxx") return "XXXX";
        for (const [written, means] of WRITTEN) {
            const pieces = written.exec(plain)?.slice(1).filter((piece) => piece !== undefined);
            if (!pieces) continue;
            try {
                return means.replace(/[12<>]/g, (sign) => (
                    sign === "<" ? neighbour(pieces[0], -1) : sign === ">" ? neighbour(pieces[0], 1) : pieces[sign - 1]
                ));
            } catch {
                return text;
            }
        }
        return text;
    }

    /** Return what a date means, in words, or throw what is wrong with it. */
    function read(text) {
        if (/^[0-9]{4}(?:-[0-9]{2}){0,2}[?~%]$/.test(text)) {
            throw `“${text}”: “about” (~) and “uncertain” (?) are not kept. Write the bounds that the source allows, as in [1983..1985].`;
        }
        if (!/[[\]]|\.\./.test(text)) {
            const [, month, day, words] = parse(text);
            return words + (month === undefined ? ": any day of the year." : day === undefined ? ": any day of the month." : ".");
        }
        const parts = /^\[([0-9-]*)\.\.([0-9-]*)\]$/.exec(text)?.slice(1);
        if (!parts) throw `“${shorten(text)}” is not a date between bounds. ${INTERVALS}.`;
        if (text === "[..]") throw "“[..]” has no bounds. Write one of them, or XXXX if nothing is known.";
        const [first, last] = parts.map((part) => part && parse(part));
        if (first && last) {
            if (parts[0] === parts[1]) return read(parts[0]);
            const end = [last[0], last[1] ?? 12, last[2] ?? daysIn(last[0], last[1] ?? 12)];
            const days = ([year, month, day]) => (year * 100 + month) * 100 + day;
            if (days([first[0], first[1] ?? 1, first[2] ?? 1]) > days(end)) {
                throw `“${text}” ends before it begins. Write the earlier date first: [${parts[1]}..${parts[0]}].`;
            }
        }
        const words = !first ? `By ${last[3]}` : last ? `Between ${first[3]} and ${last[3]}` : `${first[3]} or later`;
        return `${words}: some day in that time.`;
    }

    /** Return {words, wrong}: what a text means as a date, or what is wrong with it; no words for no text. */
    function meaning(typed, unknown) {
        const text = understand(typed);
        if (!text) return { words: "", wrong: false };
        if (text === "XXXX") {
            return unknown ? { words: "It has happened; the date is unknown.", wrong: false }
                : { words: "“XXXX” (date unknown) cannot stand here. Write at least the year.", wrong: true };
        }
        try {
            return { words: read(text), wrong: false };
        } catch (words) {
            return { words, wrong: true };
        }
    }

    /** The place beside a box that says what its date means; made when the box is first reached, not hundreds at once. */
    function placeOf(box) {
        let place = document.getElementById(`${box.id}_said`);
        if (!place) {
            place = document.createElement("span");
            place.id = `${box.id}_said`;
            place.className = "date-said";
            place.setAttribute("aria-live", "polite");
            box.after(place);
            box.setAttribute("aria-describedby", `${box.getAttribute("aria-describedby") || ""} ${place.id}`.trim());
        }
        return place;
    }

    function say(box) {
        const { words, wrong } = meaning(box.value, "unknown" in box.dataset);
        const place = placeOf(box);
        // A date in progress is incomplete: it is called wrong only when the box is left.
        const text = box.value.trim();
        const begun = ["by ", "before ", "after ", "between ", "xxxx"].some((word) => (
            word.startsWith(text.toLowerCase()) || (text.toLowerCase().startsWith(word) && word !== "xxxx")
        ));
        const going = wrong && document.activeElement === box && (begun || /^\[[^\]]*$|^[0-9-]{4,10} ?[/–ot][^0-9]*[0-9-]{0,9}$/.test(text)
            || (/^[0-9]{0,4}(-[0-9]{0,2}){0,2}$/.test(text) && text.length < 10 && !/^[0-9]{4}-[0-9]{2}/.test(text)));
        place.textContent = going ? "" : words;
        place.classList.toggle("wrong-date", wrong && !going);
    }

    for (const name of ["focusin", "input", "focusout"]) {
        document.addEventListener(name, (event) => {
            if (!event.target.matches?.("input.partial-date")) return;
            if (name === "focusout") setTimeout(() => say(event.target));
            else say(event.target);
        });
    }
    window.desk = { meaning };  // For the test that compares it with alliances/dates.py.

    // --- nothing typed is lost by leaving -----------------------------------------------------------------------
    document.addEventListener("DOMContentLoaded", () => {
        const form = document.querySelector("#content-main > form[id$='_form']");
        if (!form) return;
        const typed = () => new URLSearchParams(new FormData(form)).toString();
        const refused = form.querySelector(".errornote") !== null;
        const stored = typed();
        let leaving = false;
        form.addEventListener("submit", () => { leaving = true; });
        window.addEventListener("pageshow", () => { leaving = false; });
        window.addEventListener("beforeunload", (event) => {
            // After a refusal, what is in the form is stored nowhere.
            if (!leaving && (refused || typed() !== stored)) event.preventDefault();
        });
        // If a form was refused, go to the first box with a message.
        if (refused) form.querySelector(".errors :is(input, select, textarea):not([type=hidden])")?.focus();

        // --- Ctrl+S saves, and stays ----------------------------------------------------------------------------
        const stay = form.querySelector("[name=_continue]") || form.querySelector("[type=submit]");
        document.addEventListener("keydown", (event) => {
            if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "s") {
                event.preventDefault();
                if (stay) form.requestSubmit(stay);
            }
        });
    });
})();
