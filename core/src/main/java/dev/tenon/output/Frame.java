package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Checkpoint;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An array or an object that is still open. Used again for the next one on its level. Not thread-safe. */
final class Frame {
    /** Which bracket opened it. */
    enum Kind {
        OBJECT,
        ARRAY,
        /** Parentheses: one value in them is that value, several are an array. */
        GROUP,
        /** The parentheses of {@code ObjectId("…")}. */
        CALL
    }

    Kind kind = Kind.ARRAY;

    /** Where its parts are checked. */
    Checkpoint place = Checkpoint.ANYTHING;

    /** Whether its parts were all checked at {@link #place}, so that only the rest has to be asked when it closes. */
    boolean partsChecked;

    /** Where its bracket stands; of a call, where its name begins. */
    int start;

    /** Whether a comma came since the last value. */
    boolean comma;

    /** Whether any comma came. */
    boolean commas;

    /** Whether a name came that has no colon behind it. */
    boolean noColons;

    /** The name whose value is to come. */
    @Nullable
    String name;

    /** The values: {@link Json}, or {@link Written} where the schema has to say what they are. */
    final List<Object> values = new ArrayList<>();

    final List<String> names = new ArrayList<>();

    /** The object that was read on this level before: most often its names are those of the next. */
    private Json.Obj before = Json.Obj.EMPTY;

    /** Whether there is a {@link Written} among the values. */
    boolean loose;

    /** Of the last value, where it is a text in quotes that ended before a comma: its content and its quote. Else negative. */
    int textStart = -1;

    int textEnd = -1;

    /** The last quote that was found not to end a text: none before it is tried again. */
    int failedQuote = -1;

    /** Texts joined by {@code +}; the last value while they come. */
    @Nullable
    StringBuilder joined;

    private static final int REMEMBERED = 16;
    private static final String[] NO_NAMES = {};
    private static final Checkpoint[] NO_PLACES = {};

    /** Made for the second object that is read here: in one alone nothing comes again. */
    private @Nullable String[] placeNames = NO_NAMES;

    private Checkpoint[] memberPlaces = NO_PLACES;
    private Checkpoint placesOf = Checkpoint.ANYTHING;

    /** How many objects were read here at that place. */
    private int objects;

    /** The place of the next member, which most often is that of the same one in the object before. */
    @SuppressWarnings("ReferenceEquality")
    Checkpoint member(String next) {
        int index = values.size();
        if (index >= REMEMBERED) {
            return place.member(next);
        }
        if (placesOf != place) {
            Arrays.fill(placeNames, null);
            placesOf = place;
            objects = 0;
        }
        objects += index == 0 ? 1 : 0;
        if (placeNames.length == 0) {
            if (objects < 2) {
                return place.member(next);
            }
            placeNames = new String[REMEMBERED];
            memberPlaces = new Checkpoint[REMEMBERED];
        }
        if (placeNames[index] != next) {
            memberPlaces[index] = place.member(next);
            placeNames[index] = next;
        }
        return memberPlaces[index];
    }

    /** Turns out to be of another kind than its bracket said: its parts were checked at places that are not theirs. */
    void become(Kind other) {
        kind = other;
        place = Checkpoint.ANYTHING;
        partsChecked = false;
    }

    void open(Kind opened, int at, Checkpoint here) {
        kind = opened;
        partsChecked = opened == Kind.OBJECT || opened == Kind.ARRAY;
        place = partsChecked ? here : Checkpoint.ANYTHING;
        start = at;
        comma = false;
        commas = false;
        noColons = false;
        name = null;
        values.clear();
        names.clear();
        loose = false;
        textStart = -1;
        textEnd = -1;
        failedQuote = -1;
        joined = null;
    }

    boolean object() {
        return kind == Kind.OBJECT;
    }

    void add(Object value) {
        values.add(value);
        loose |= !(value instanceof Json);
        if (object()) {
            names.add(name == null ? "" : name);
            name = null;
        }
        comma = false;
        textStart = -1;
        textEnd = -1;
    }

    Object removeLast() {
        if (object()) {
            name = names.removeLast();
        }
        return values.removeLast();
    }

    /** The value, now that it is whole or cut. */
    Object close(boolean cut, DocumentReader reader) {
        if (!loose && !cut) {
            return json(reader);
        }
        if (!object()) {
            List<Written> items = new ArrayList<>(values.size());
            for (Object value : values) {
                items.add(written(value));
            }
            return new Written.Items(items, cut);
        }
        if (new HashSet<>(names).size() < names.size()) {
            duplicates(reader);
        }
        List<Written.Member> members = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            members.add(new Written.Member(names.get(i), written(values.get(i))));
        }
        return new Written.Members(members, cut);
    }

    static Written written(Object value) {
        return value instanceof Written loose ? loose : new Written.Settled((Json) value);
    }

    /** What is there so far, for one who watches. */
    Json sofar(@Nullable Json growing) {
        if (!object()) {
            List<Json> items = new ArrayList<>(values.size() + 1);
            for (Object value : values) {
                items.add(plain(value));
            }
            if (growing != null) {
                items.add(growing);
            }
            return Json.Arr.of(items);
        }
        Map<String, Json> members = LinkedHashMap.newLinkedHashMap(values.size() + 1);
        for (int i = 0; i < values.size(); i++) {
            members.put(names.get(i), plain(values.get(i)));
        }
        if (growing != null && name != null) {
            members.put(name, growing);
        }
        return Json.Obj.of(members);
    }

    static Json plain(Object value) {
        return value instanceof Json json ? json : ((Written) value).plain();
    }

    private Json json(DocumentReader reader) {
        if (!object()) {
            @SuppressWarnings("unchecked")
            List<Json> items = (List<Json>) (List<?>) values;
            return Json.Arr.of(items);
        }
        @SuppressWarnings("unchecked")
        List<Json> members = (List<Json>) (List<?>) values;
        Json.Obj object = Json.Obj.of(before, names, members);
        before = object;
        if (object.size() < names.size()) {
            duplicates(reader);
        }
        return object;
    }

    private void duplicates(DocumentReader reader) {
        Map<String, Json> seen = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Json value = plain(values.get(i));
            Json before = seen.put(names.get(i), value);
            if (before != null) {
                reader.duplicate(names.get(i), before, value);
            }
        }
    }
}
