/* Search boxes in hundreds of rows: each is made when it is reached by key or mouse, not when the page opens. */
"use strict";
(() => {
    function makeSearchBox(select) {
        const $ = django.jQuery;
        select.classList.replace("row-autocomplete", "admin-autocomplete");
        $(select).djangoAdminSelect2();
        return $(select);
    }
    document.addEventListener("mousedown", (event) => {
        const select = event.target.closest("select.row-autocomplete");
        if (select) {
            event.preventDefault();
            makeSearchBox(select).select2("open");
        }
    });
    document.addEventListener("focusin", (event) => {
        if (event.target.matches("select.row-autocomplete")) {
            makeSearchBox(event.target).next(".select2-container").find(".select2-selection").trigger("focus");
        }
    });
})();
