/* The forms of the desk: what a date means while it is typed, no change lost by leaving, Ctrl+S. */
"use strict";
(() => {
    // --- what a date means: alliances/dates.py, in the same words ---------------------------------------------
    const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December"];
    const EXAMPLES = "Write a year (1991), a month (1991-12) or a day (1991-12-21)";
    // Python's str.isprintable, sign by sign.
    const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

    function shorten(text) {
        const signs = [...text].slice(0, 41).map((sign) => (HIDDEN.test(sign) ? "?" : sign));
        return signs.length <= 40 ? signs.join("") : `${signs.slice(0, 39).join("")}…`;
    }

    function daysIn(year, month) {
        if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
        return [4, 6, 9, 11].includes(month) ? 30 : 31;
    }

    /** Return {words, wrong}: what a text means as a date, or what is wrong with it; no words for no text. */
    function meaning(typed, unknown) {
        const text = typed.trim();
        const refuse = (words) => ({ words, wrong: true });
        if (!text) return { words: "", wrong: false };
        if (text === "XXXX") {
            return unknown ? { words: "It has happened; the date is unknown.", wrong: false }
                : refuse("“XXXX” (date unknown) cannot stand here. Write at least the year.");
        }
        const found = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/.exec(text);
        if (!found) return refuse(`“${shorten(text)}” is not a date. ${EXAMPLES}.`);
        const [year, month, day] = found.slice(1).map((part) => part && Number(part));
        if (year === 0) return refuse(`“${text}”: there is no year 0000. ${EXAMPLES}.`);
        if (month === undefined) return { words: `${found[1]}: any day of the year.`, wrong: false };
        if (month < 1 || month > 12) return refuse(`“${text}”: there is no month ${found[2]}; months go from 01 to 12.`);
        const name = `${MONTHS[month - 1]} ${found[1]}`;
        if (day === undefined) return { words: `${name}: any day of the month.`, wrong: false };
        const last = daysIn(year, month);
        if (day < 1 || day > last) return refuse(`“${text}”: ${MONTHS[month - 1]} ${year} has days 01 to ${last}.`);
        return { words: `${day} ${name}.`, wrong: false };
    }

    /** The place beside a box where its date is said; made when the box is first reached, not hundreds at once. */
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
        // A year is half of every day: what may still become a date is called wrong only when the box is left.
        const going = wrong && document.activeElement === box && /^[0-9]{0,4}(-[0-9]{0,2}){0,2}$|^X{1,3}$/.test(box.value.trim())
            && box.value.trim().length < 10 && !/^[0-9]{4}-[0-9]{2}/.test(box.value.trim());
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
            // After a refusal what stands in the form is stored nowhere.
            if (!leaving && (refused || typed() !== stored)) event.preventDefault();
        });
        // Where a form was refused, the first box with a message is the next to go to.
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
