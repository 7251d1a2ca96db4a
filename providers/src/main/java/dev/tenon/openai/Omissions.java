package dev.tenon.openai;

import dev.tenon.provider.Call;
import dev.tenon.provider.Notice;
import java.util.LinkedHashSet;
import java.util.Set;

/** What of a request is left out, each told once a call. Not thread-safe. */
final class Omissions {
    private final Dialect dialect;
    private final Call call;
    private Set<Notice.Omitted> omitted = Set.of();

    Omissions(Dialect dialect, Call call) {
        this.dialect = dialect;
        this.call = call;
    }

    void add(String what, String why) {
        if (omitted.isEmpty()) omitted = new LinkedHashSet<>();
        omitted.add(new Notice.Omitted(what, why));
    }

    /** @param why what goes on after the host's name */
    void host(String what, String why) {
        add(what, dialect.name() + " " + why);
    }

    /** What came over another wire format. */
    void foreign(String what) {
        add(what, "it came over another wire format and goes back only there");
    }

    void tell() {
        omitted.forEach(call::notice);
    }
}
