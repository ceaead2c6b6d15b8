"""The icons, drawn for this product on a grid of 24: stroke paths only, coloured by the text around them."""

#: name -> path data
PATHS: dict[str, str] = {
    "add": "M12 5v14M5 12h14",
    "agree": "M4.5 12.5l5 5 10-11",
    "back": "M19 12H5m6-6l-6 6 6 6",
    "calendar": "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4",
    "chart": "M4 20h16M7 16v-5M12 16V6M17 16v-8",
    "check": "M12 3a9 9 0 100 18 9 9 0 000-18zM8 12.5l3 3 5-6.5",
    "clock": "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3.5 2",
    "community": (
        "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6"
        "M16 4.5a3.5 3.5 0 010 6.5M18 14.5c2 .8 3.5 2.5 3.5 5.5"
    ),
    "conversation": "M4 5h12v9H9l-5 4zM19 9h1v10l-4-3h-5",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "delete": "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v6M13.5 11v6",
    "disagree": "M6 6l12 12M18 6L6 18",
    "document": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "download": "M12 4v11m-5-5l5 5 5-5M5 20h14",
    "edit": "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
    "external": "M14 4h6v6M20 4l-9 9M17 14v6H4V7h6",
    "filter": "M4 5h16l-6 8v6l-4-2v-4z",
    "flag": "M6 21V4M6 5h12l-3 4 3 4H6",
    "forward": "M5 12h14m-6-6l6 6-6 6",
    "heart": "M12 20c-6-4-8.5-7-8.5-10.5A4.5 4.5 0 0112 7a4.5 4.5 0 018.5 2.5C20.5 13 18 16 12 20z",
    "home": "M4 11l8-7 8 7M6 10v10h12V10M10 20v-6h4v6",
    "info": "M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v6M12 7.5v.5",
    "key": "M8 15a4 4 0 100-8 4 4 0 000 8zM12 11h9v4M17 11v3",
    "link": "M10 14a4 4 0 006 0l3-3a4 4 0 00-6-6l-1 1M14 10a4 4 0 00-6 0l-3 3a4 4 0 006 6l1-1",
    "list": "M9 6h11M9 12h11M9 18h11M4.5 6v.01M4.5 12v.01M4.5 18v.01",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
    "map": (
        "M5.5 8a2 2 0 100-4 2 2 0 000 4zM9 14a2 2 0 100-4 2 2 0 000 4zM17 10a2 2 0 100-4 2 2 0 000 4z"
        "M18 19a2 2 0 100-4 2 2 0 000 4zM6 20a2 2 0 100-4 2 2 0 000 4z"
    ),
    "menu": "M4 7h16M4 12h16M4 17h16",
    "moon": "M19 14.5A8 8 0 019.5 5 8 8 0 1019 14.5z",
    "pass": "M6 12h12",
    "pause": "M9 5v14M15 5v14",
    "person": "M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20.5c0-4.5 3.5-6.5 7.5-6.5s7.5 2 7.5 6.5",
    "play": "M8 5l11 7-11 7z",
    "refresh": "M19 8a8 8 0 10.5 6M19.5 3v5h-5",
    "search": "M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM15.5 15.5L20 20",
    "settings": (
        "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5zM9 19.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5z"
    ),
    "shield": "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6z",
    "sun": "M12 16a4 4 0 100-8 4 4 0 000 8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
    "table": "M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14",
    "theme": "M12 3a9 9 0 100 18 9 9 0 000-18zM12 3v18M12 8h5M12 12h9M12 16h5",
    "undo": "M9 14L4 9l5-5M4 9h10a6 6 0 010 12h-3",
    "upload": "M12 16V5m-5 5l5-5 5 5M5 20h14",
    "warning": "M12 4l9 16H3zM12 10v5M12 17.5v.5",
    "working": "M12 3v4M12 17v4M3 12h4M17 12h4M5.6 5.6l2.9 2.9M15.5 15.5l2.9 2.9M18.4 5.6l-2.9 2.9M8.5 15.5l-2.9 2.9",
}
