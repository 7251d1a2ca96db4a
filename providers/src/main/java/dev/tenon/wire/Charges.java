package dev.tenon.wire;

import dev.tenon.json.Json;
import dev.tenon.provider.Usage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a host charges for beside the tokens of a reply, while it is read. Most replies have none of it. Not thread-safe. */
public final class Charges {
    private Map<String, Long> charged = Map.of();
    private Set<String> unpriced = Set.of();
    private Json.Obj billed = Json.Obj.EMPTY;

    public Charges() {}

    /** So many of this were reported last. */
    public void count(String name, long number) {
        if (number > 0 || charged.containsKey(name)) {
            if (charged.isEmpty()) charged = new TreeMap<>();
            charged.put(name, number);
        }
    }

    /** So many more of this. */
    public void add(String name, long number) {
        count(name, charged.getOrDefault(name, 0L) + number);
    }

    /** Something that has no price by the piece. */
    public void unpriced(String name) {
        if (unpriced.isEmpty()) unpriced = new TreeSet<>();
        unpriced.add(name);
    }

    /** The reply came by this tier of service; any but the standard one has other prices. */
    public void tier(String word) {
        switch (word) {
            case "", "auto", "default", "standard", "on_demand", "ON_DEMAND", "TRAFFIC_TYPE_UNSPECIFIED" -> {}
            default -> unpriced(word);
        }
    }

    /** The tokens to be paid are these, see {@link Usage#BILLED}. */
    public void billed(Json.Obj tokens) {
        billed = tokens;
    }

    /** All that another reply of the same turn was charged for, too. */
    public void add(Usage other) {
        other.charged().forEach(this::add);
        if (other.extra().get(Usage.UNPRICED) instanceof Json.Arr names) {
            names.forEach(name -> unpriced(name.asString()));
        }
    }

    /** This usage, with what was charged for beside. */
    public Usage on(Usage usage) {
        charged.values().removeIf(number -> number <= 0);
        if (charged.isEmpty() && unpriced.isEmpty() && billed.isEmpty()) return usage;
        Map<String, Json> extra = new LinkedHashMap<>(usage.extra());
        if (!charged.isEmpty()) extra.put(Usage.CHARGED, Json.of(charged));
        if (!unpriced.isEmpty()) extra.put(Usage.UNPRICED, Json.array(unpriced.toArray()));
        if (!billed.isEmpty()) extra.put(Usage.BILLED, billed);
        return new Usage(
                usage.input(),
                usage.output(),
                usage.cacheRead(),
                usage.cacheWrite(),
                usage.reasoning(),
                usage.unreported(),
                usage.reported(),
                extra);
    }
}
