package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value as it was written, before a schema has settled what it means: {@code 02134} may be a number or a postal code, and what
 * was cut off may be left out where it does not fit. Immutable. {@link Coercion} reads it.
 */
public sealed interface Written {
    /** A value that is JSON already. */
    record Settled(Json value) implements Written {
        public Settled {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public boolean cut() {
            return false;
        }

        @Override
        public Json plain() {
            return value;
        }
    }

    /**
     * A text, or a word without quotes.
     *
     * @param text as written; of a quoted text, what it says
     * @param bare it stood without quotes: it may be a number, {@code True}, {@code nil} …
     * @param cut the document ended in the middle of it
     */
    record Text(String text, boolean bare, boolean cut) implements Written {
        public Text {
            Objects.requireNonNull(text, "text");
        }

        @Override
        public Json plain() {
            return bare ? Word.plain(text) : new Json.Str(text);
        }
    }

    /** An array; {@code cut} where the document ended before its bracket came. */
    final class Items implements Written {
        private final List<Written> items;
        private final boolean cut;
        private @Nullable Json plain;

        public Items(List<Written> items, boolean cut) {
            Objects.requireNonNull(items, "items");
            this.items = List.copyOf(items);
            this.cut = cut;
        }

        /** The items, in order. */
        public List<Written> items() {
            return items;
        }

        @Override
        public boolean cut() {
            return cut;
        }

        @Override
        public Json plain() {
            Json known = plain;
            if (known == null) {
                List<Json> list = new ArrayList<>(items.size());
                for (Written item : items) {
                    list.add(item.plain());
                }
                known = Json.Arr.of(list);
                plain = known;
            }
            return known;
        }
    }

    /** An object; {@code cut} where the document ended before its brace came. */
    final class Members implements Written {
        private final List<Member> members;
        private final boolean cut;
        private @Nullable Json plain;

        public Members(List<Member> members, boolean cut) {
            Objects.requireNonNull(members, "members");
            this.members = List.copyOf(members);
            this.cut = cut;
        }

        /** The members, in order; names may repeat. */
        public List<Member> members() {
            return members;
        }

        @Override
        public boolean cut() {
            return cut;
        }

        @Override
        public Json plain() {
            Json known = plain;
            if (known == null) {
                Map<String, Json> map = LinkedHashMap.newLinkedHashMap(members.size());
                for (Member member : members) {
                    map.put(member.name(), member.value().plain());
                }
                known = Json.Obj.of(map);
                plain = known;
            }
            return known;
        }
    }

    /** A member of an object. Of equal names the last counts. */
    record Member(String name, Written value) {
        public Member {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
        }
    }

    /** A value that is JSON already. */
    static Written of(Json value) {
        return new Settled(value);
    }

    /** Whether the document ended in the middle of this value. */
    boolean cut();

    /** What it means where no schema says otherwise. Worked out when first asked for, and kept. */
    Json plain();

    /** What a word without quotes means where no schema says otherwise: a number, a literal of some language, or else a text. */
    static Json word(String word) {
        Objects.requireNonNull(word, "word");
        return Word.plain(word);
    }
}
