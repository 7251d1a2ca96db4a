package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.OptBoolean;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TypeSchemaTest {
    private static void assertSchema(Class<?> type, String expected) {
        assertThat(JsonSchema.of(type).json()).isEqualTo(Json.parse(expected));
    }

    private static void assertSchema(TypeRef<?> type, String expected) {
        assertThat(JsonSchema.of(type).json()).isEqualTo(Json.parse(expected));
    }

    private static void assertMember(Class<?> type, String name, String expected) {
        assertThat(JsonSchema.of(type).json().at("/properties/" + name)).contains(Json.parse(expected));
    }

    private static List<String> required(Class<?> type) {
        return JsonSchema.of(type).json().at("/required").map(Json::asArr).orElse(Json.Arr.EMPTY).items().stream()
                .map(Json::asString)
                .toList();
    }

    record Weather(@Description("degrees Celsius") double temperature, String summary) {}

    @Test
    void aRecordIsAClosedObjectWhoseMembersAreAllRequired() {
        assertSchema(Weather.class, """
            {"type": "object",
             "properties": {"temperature": {"type": "number", "description": "degrees Celsius"}, "summary": {"type": "string"}},
             "required": ["temperature", "summary"],
             "additionalProperties": false}\
            """);
    }

    @Test
    void aRecordWithoutMembersIsAnEmptyObject() {
        record Nothing() {}
        assertSchema(Nothing.class, "{\"type\": \"object\", \"properties\": {}, \"additionalProperties\": false}");
    }

    @SuppressWarnings("ArrayRecordComponent") // Users have them.
    record Gaps(
            @Nullable String nullable,
            Optional<String> optional,
            OptionalInt count,
            OptionalLong big,
            List<@Nullable String> items,
            @Nullable List<String> list,
            String @Nullable [] array,
            Map<String, @Nullable Integer> map) {}

    @Test
    void whatMayBeMissingIsNotRequiredAndMayBeNull() {
        assertThat(required(Gaps.class)).containsExactly("items", "map");
        assertMember(Gaps.class, "nullable", "{\"type\": [\"string\", \"null\"]}");
        assertMember(Gaps.class, "optional", "{\"type\": [\"string\", \"null\"]}");
        assertMember(Gaps.class, "count", "{\"type\": [\"integer\", \"null\"], \"format\": \"int32\"}");
        assertMember(Gaps.class, "big", "{\"type\": [\"integer\", \"null\"], \"format\": \"int64\"}");
        assertMember(Gaps.class, "list", "{\"type\": [\"array\", \"null\"], \"items\": {\"type\": \"string\"}}");
        assertMember(Gaps.class, "array", "{\"type\": [\"array\", \"null\"], \"items\": {\"type\": \"string\"}}");
    }

    @Test
    void nullnessInsideOfTypesCounts() {
        assertMember(Gaps.class, "items", "{\"type\": \"array\", \"items\": {\"type\": [\"string\", \"null\"]}}");
        assertMember(
                Gaps.class,
                "map",
                "{\"type\": \"object\", \"additionalProperties\": {\"type\": [\"integer\", \"null\"], \"format\":"
                        + " \"int32\"}}");
    }

    @SuppressWarnings("ArrayRecordComponent") // Users have them.
    record Values(
            byte tiny,
            short small,
            int number,
            Long big,
            float single,
            Double real,
            BigDecimal exact,
            BigInteger huge,
            Number any,
            boolean flag,
            char letter,
            String text,
            byte[] bytes,
            UUID id,
            URI uri,
            Json json,
            Json.Obj object,
            Object anything) {}

    @Test
    void singleValuesHaveTheirTypes() {
        assertMember(Values.class, "tiny", "{\"type\": \"integer\", \"minimum\": -128, \"maximum\": 127}");
        assertMember(Values.class, "small", "{\"type\": \"integer\", \"minimum\": -32768, \"maximum\": 32767}");
        assertMember(Values.class, "number", "{\"type\": \"integer\", \"format\": \"int32\"}");
        assertMember(Values.class, "big", "{\"type\": \"integer\", \"format\": \"int64\"}");
        assertMember(Values.class, "huge", "{\"type\": \"integer\"}");
        for (String name : List.of("single", "real", "exact", "any")) {
            assertMember(Values.class, name, "{\"type\": \"number\"}");
        }
        assertMember(Values.class, "flag", "{\"type\": \"boolean\"}");
        assertMember(Values.class, "text", "{\"type\": \"string\"}");
        assertMember(Values.class, "bytes", "{\"type\": \"string\", \"contentEncoding\": \"base64\"}");
        assertMember(Values.class, "id", "{\"type\": \"string\", \"format\": \"uuid\"}");
        assertMember(Values.class, "uri", "{\"type\": \"string\", \"format\": \"uri\"}");
        assertMember(Values.class, "json", "{}");
        assertMember(Values.class, "object", "{\"type\": \"object\"}");
        assertMember(Values.class, "anything", "{}");
    }

    @Test
    void aNumberTooWideForItsVariableDoesNotFit() {
        assertThat(JsonSchema.of(int.class).validate(Json.parse("3000000000")))
                .extracting(Violation::message)
                .containsExactly("$: expected a whole number of at most 32 bits, got 3000000000");
        assertThat(JsonSchema.of(long.class).accepts(Json.parse("9223372036854775807")))
                .isTrue();
        assertThat(JsonSchema.of(long.class).accepts(Json.parse("9223372036854775808")))
                .isFalse();
    }

    record Moments(
            LocalDate date,
            Instant at,
            LocalDateTime local,
            LocalTime time,
            OffsetTime there,
            Duration took,
            YearMonth month,
            DayOfWeek day) {}

    @Test
    void timesHaveFormats() {
        assertMember(Moments.class, "date", "{\"type\": \"string\", \"format\": \"date\"}");
        assertMember(Moments.class, "at", "{\"type\": \"string\", \"format\": \"date-time\"}");
        assertMember(Moments.class, "local", "{\"type\": \"string\", \"format\": \"date-time-local\"}");
        assertMember(Moments.class, "time", "{\"type\": \"string\", \"format\": \"time-local\"}");
        assertMember(Moments.class, "there", "{\"type\": \"string\", \"format\": \"time\"}");
        assertMember(Moments.class, "took", "{\"type\": \"string\", \"format\": \"duration\"}");
        Moments moments = new Moments(
                LocalDate.parse("2026-11-21"),
                Instant.parse("2026-11-21T10:15:30.123Z"),
                LocalDateTime.parse("2026-11-21T10:15:30"),
                LocalTime.parse("10:15:30"),
                OffsetTime.parse("10:15:30+02:00"),
                Duration.ofMillis(3_600_500),
                YearMonth.parse("2026-11"),
                DayOfWeek.SATURDAY);
        assertThat(JsonSchema.of(Moments.class).validate(Json.of(moments))).isEmpty();
    }

    enum Level {
        @Description("may wait")
        LOW,
        @JsonProperty("high!")
        HIGH
    }

    @Test
    void anEnumListsItsConstantsAsTheyAreWritten() {
        assertSchema(
                Level.class,
                "{\"type\": \"string\", \"enum\": [\"LOW\", \"high!\"], \"description\": \"\\\"LOW\\\": may wait\"}");
    }

    @Test
    void anEnumThatMayBeNullListsNull() {
        record Task(Optional<Level> level) {}
        assertMember(
                Task.class,
                "level",
                "{\"type\": [\"string\", \"null\"], \"enum\": [\"LOW\", \"high!\", null], \"description\":"
                        + " \"\\\"LOW\\\": may wait\"}");
    }

    @JsonFormat(shape = JsonFormat.Shape.NUMBER)
    enum Grade {
        A,
        B
    }

    @Test
    void anEnumWrittenAsNumbersListsNumbers() {
        assertSchema(Grade.class, "{\"type\": \"integer\", \"enum\": [0, 1]}");
    }

    enum Never {}

    @Test
    void anEnumWithoutConstantsIsRefused() {
        assertThatThrownBy(() -> JsonSchema.of(Never.class))
                .isInstanceOf(SchemaException.class)
                .hasMessage("Never: enum Never has no constants, so nothing could stand here");
    }

    @Test
    void collectionsAreArraysAndSetsHaveNoTwins() {
        String strings = "{\"type\": \"array\", \"items\": {\"type\": \"string\"}}";
        assertSchema(new TypeRef<List<String>>() {}, strings);
        assertSchema(new TypeRef<Collection<? extends String>>() {}, strings);
        assertSchema(new TypeRef<Iterator<String>>() {}, strings);
        assertSchema(new TypeRef<Stream<String>>() {}, strings);
        assertSchema(String[].class, strings);
        assertSchema(Names.class, strings);
        assertSchema(List.class, "{\"type\": \"array\", \"items\": {}}");
        assertSchema(
                new TypeRef<Set<UUID>>() {},
                "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"format\": \"uuid\"}, \"uniqueItems\":"
                        + " true}");
    }

    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void mapsAreObjectsOpenToAnyName() {
        assertSchema(
                new TypeRef<Map<String, Integer>>() {},
                "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"integer\", \"format\": \"int32\"}}");
        assertSchema(
                new TypeRef<Map<Grade2, String>>() {},
                "{\"type\": \"object\", \"propertyNames\": {\"enum\": [\"ONE\", \"TWO\"]}, \"additionalProperties\":"
                        + " {\"type\": \"string\"}}");
        assertSchema(
                new TypeRef<Map<Integer, String>>() {},
                "{\"type\": \"object\", \"propertyNames\": {\"pattern\": \"^-?\\\\d+$\"}, \"additionalProperties\":"
                        + " {\"type\": \"string\"}}");
        assertThat(JsonSchema.of(new TypeRef<Map<Grade2, String>>() {}).validate(Json.of(Map.of(Grade2.ONE, "a"))))
                .isEmpty();
    }

    enum Grade2 {
        ONE,
        TWO
    }

    @Test
    void aMapOfWhatIsNoTextIsRefused() {
        assertThatThrownBy(() -> JsonSchema.of(new TypeRef<Map<List<String>, String>>() {}))
                .hasMessage(
                        "Map<List<String>, String>: a map's keys must be texts, numbers or enums, got List<String>");
    }

    sealed interface Figure permits Circle, Framed {}

    record Circle(double radius) implements Figure {}

    record Framed(Figure inside) implements Figure {}

    @Test
    void aSealedInterfaceIsAChoiceToldByAConstantTag() {
        assertSchema(Figure.class, """
            {"anyOf": [
              {"type": "object", "properties": {"type": {"const": "circle"}, "radius": {"type": "number"}},
               "required": ["type", "radius"], "additionalProperties": false},
              {"type": "object", "properties": {"type": {"const": "framed"}, "inside": {"$ref": "#"}},
               "required": ["type", "inside"], "additionalProperties": false}]}\
            """);
    }

    @Test
    void aClassOfASealedInterfaceByItselfMayLeaveOutItsTag() {
        assertThat(required(Circle.class)).containsExactly("radius");
        assertThat(JsonSchema.of(Circle.class).validate(Json.of(new Circle(1)))).isEmpty();
        assertThat(JsonSchema.of(Circle.class).validate(Json.parse("{\"radius\": 1}")))
                .isEmpty();
    }

    sealed interface Outcome<T> permits Done, Broken {}

    record Done<T>(T value) implements Outcome<T> {}

    record Broken<T>(String reason) implements Outcome<T> {}

    @Test
    void genericSealedTypesKnowTheirArguments() {
        JsonSchema schema = JsonSchema.of(new TypeRef<Outcome<List<Integer>>>() {});
        assertThat(schema.json().at("/anyOf/0/properties/value"))
                .contains(
                        Json.parse("{\"type\": \"array\", \"items\": {\"type\": \"integer\", \"format\": \"int32\"}}"));
        assertThat(schema.validate(Json.of(new Done<>(List.of(1))))).isEmpty();
    }

    record Page<T extends Comparable<T>>(
            List<T> items, @Nullable Page<T> next) {}

    @Test
    void genericRecordsKnowTheirArguments() {
        assertSchema(new TypeRef<Page<String>>() {}, """
            {"type": "object",
             "properties": {"items": {"type": "array", "items": {"type": "string"}}, "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
             "required": ["items"], "additionalProperties": false}\
            """);
        assertThatThrownBy(() -> JsonSchema.of(Page.class))
                .hasMessageStartingWith(
                        "Page.items[]: Comparable<Object> has no JSON form that a schema could describe");
    }

    record Growing<T>(@Nullable Growing<List<T>> next) {}

    @Test
    void aTypeThatGrowsWithEveryUseOfItselfIsRefused() {
        assertThatThrownBy(() -> JsonSchema.of(new TypeRef<Growing<String>>() {}))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("types nest more than 100 deep");
    }

    record Address(String street) {}

    record Person(
            Address home,
            Address work,
            @Description("who to call") @Nullable Person friend) {}

    record Team(Person lead) {}

    @Test
    void whatIsUsedTwiceOrInItselfIsDefinedOnce() {
        assertSchema(Team.class, """
            {"type": "object", "properties": {"lead": {"$ref": "#/$defs/Person"}}, "required": ["lead"],
             "additionalProperties": false,
             "$defs": {
               "Person": {"type": "object",
                 "properties": {
                   "home": {"$ref": "#/$defs/Address"},
                   "work": {"$ref": "#/$defs/Address"},
                   "friend": {"anyOf": [{"$ref": "#/$defs/Person"}, {"type": "null"}], "description": "who to call"}},
                 "required": ["home", "work"], "additionalProperties": false},
               "Address": {"type": "object", "properties": {"street": {"type": "string"}}, "required": ["street"],
                 "additionalProperties": false}}}\
            """);
    }

    @Test
    void aTypeThatContainsItselfAndMayBeNullIsDefinedBeside() {
        JsonSchema schema = JsonSchema.of(new TypeRef<Optional<Person>>() {});
        assertThat(schema.accepts(Json.NULL)).isTrue();
        assertThat(schema.json().at("/anyOf/0")).contains(Json.parse("{\"$ref\": \"#/$defs/Person\"}"));
    }

    @Description("a place on earth")
    record Spot(double latitude) {}

    record Trip(@Description("where it ends") Spot goal) {}

    @Test
    void whatAMemberAndItsTypeMeanIsSaidBoth() {
        assertMember(Trip.class, "goal", """
            {"type": "object", "properties": {"latitude": {"type": "number"}}, "required": ["latitude"],
             "additionalProperties": false, "description": "where it ends\\na place on earth"}\
            """);
    }

    @JsonClassDescription("said by Jackson")
    record Annotated(
            @JsonProperty("full_name") String name,
            @JsonProperty(required = true) @Nullable String must,
            @JsonProperty(isRequired = OptBoolean.FALSE) String may,
            @JsonProperty(defaultValue = "3") int retries,
            @JsonProperty(defaultValue = "calm") String mood,
            @JsonPropertyDescription("in words") String said,
            @JsonIgnore String hidden,
            @JsonFormat(pattern = "dd.MM.yyyy") LocalDate day,
            @JsonFormat(shape = JsonFormat.Shape.STRING) int code) {}

    @Test
    void jacksonsAnnotationsCount() {
        assertThat(JsonSchema.of(Annotated.class).json().asObj().string("description"))
                .contains("said by Jackson");
        assertThat(required(Annotated.class))
                .containsExactly("full_name", "must", "retries", "mood", "said", "day", "code");
        assertMember(Annotated.class, "must", "{\"type\": [\"string\", \"null\"]}");
        assertMember(Annotated.class, "retries", "{\"type\": \"integer\", \"format\": \"int32\", \"default\": 3}");
        assertMember(Annotated.class, "mood", "{\"type\": \"string\", \"default\": \"calm\"}");
        assertMember(Annotated.class, "said", "{\"type\": \"string\", \"description\": \"in words\"}");
        assertMember(Annotated.class, "day", "{\"type\": \"string\", \"description\": \"in the form dd.MM.yyyy\"}");
        assertMember(Annotated.class, "code", "{\"type\": \"string\"}");
        assertThat(JsonSchema.of(Annotated.class).json().at("/properties/hidden"))
                .isEmpty();
    }

    record Misnamed(@JsonProperty(defaultValue = "many") int count) {}

    @Test
    void aDefaultThatIsNoValueIsRefused() {
        assertThatThrownBy(() -> JsonSchema.of(Misnamed.class))
                .hasMessage("Misnamed.count: its default is no integer: many");
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({@JsonSubTypes.Type(value = Cat.class, name = "cat"), @JsonSubTypes.Type(Dog.class)})
    interface Animal {}

    record Cat(int lives) implements Animal {}

    @JsonTypeName("hound")
    record Dog(String name) implements Animal {}

    @Test
    void jacksonsSubtypesAreAChoiceInTheOrderOfTheAnnotation() {
        assertSchema(Animal.class, """
            {"anyOf": [
              {"type": "object", "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer", "format": "int32"}},
               "required": ["kind", "lives"], "additionalProperties": false},
              {"type": "object", "properties": {"kind": {"const": "hound"}, "name": {"type": "string"}},
               "required": ["kind", "name"], "additionalProperties": false}]}\
            """);
        assertThat(JsonSchema.of(Animal.class).validate(Json.of(new Dog("Rex"))))
                .isEmpty();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
    @JsonSubTypes(@JsonSubTypes.Type(value = Boxed.class, name = "boxed"))
    interface Wrapped {}

    record Boxed(int size) implements Wrapped {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_ARRAY)
    @JsonSubTypes(@JsonSubTypes.Type(value = Paired.class, name = "paired"))
    interface Tuple {}

    record Paired(int size) implements Tuple {}

    record Wrappers(Wrapped wrapped, Tuple tuple) {}

    @Test
    void tagsAroundTheirObjectsAreSeen() {
        JsonSchema schema = JsonSchema.of(Wrappers.class);
        Json written = Json.of(new Wrappers(new Boxed(1), new Paired(2)));
        assertThat(written)
                .isEqualTo(Json.parse(
                        "{\"wrapped\": {\"boxed\": {\"size\": 1}}, \"tuple\": [\"paired\", {\"size\": 2}]}"));
        assertThat(schema.validate(written)).isEmpty();
        assertThat(schema.accepts(Json.parse("{\"wrapped\": {\"size\": 1}, \"tuple\": [\"paired\", {\"size\": 2}]}")))
                .isFalse();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
    @JsonSubTypes({@JsonSubTypes.Type(Named.class), @JsonSubTypes.Type(Counted.class)})
    interface Deduced {}

    record Named(String name) implements Deduced {}

    record Counted(int count) implements Deduced {}

    @Test
    void classesToldByTheirMembersHaveNoTag() {
        assertThat(JsonSchema.of(Deduced.class).accepts(Json.parse("{\"count\": 1}")))
                .isTrue();
        assertThat(JsonSchema.of(Deduced.class).accepts(Json.parse("{\"nothing\": 1}")))
                .isFalse();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    interface ByClass {}

    record Loaded(int x) implements ByClass {}

    @Test
    void classNamesFromTheOutsideAreRefused() {
        assertThatThrownBy(() -> JsonSchema.of(Loaded.class))
                .hasMessage("Loaded: is told apart by CLASS, which would let the outside choose a class; use"
                        + " @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)");
    }

    interface Open {}

    record Holder(List<Open> parts) {}

    @Test
    void anOpenInterfaceIsRefusedWithThePlaceAndAWayOut() {
        assertThatThrownBy(() -> JsonSchema.of(Holder.class))
                .isInstanceOf(SchemaException.class)
                .hasMessage("Holder.parts[]: Open is an open interface, so nobody knows what may stand here; make it"
                        + " sealed, or name its classes with @JsonTypeInfo and @JsonSubTypes")
                .satisfies(thrown -> {
                    SchemaException e = (SchemaException) thrown;
                    assertThat(e.code()).isEqualTo("schema.type");
                    assertThat(e.context()).containsEntry("path", "Holder.parts[]");
                });
    }

    record Callback(Supplier<String> text) {}

    @Test
    void whatIsNoDataIsRefused() {
        assertThatThrownBy(() -> JsonSchema.of(Callback.class))
                .hasMessage(
                        "Callback.text: Supplier<String> has no JSON form that a schema could describe; use a record"
                                + " of what matters, or Json for anything at all");
        assertThatThrownBy(() -> JsonSchema.of(IllegalStateException.class)).isInstanceOf(SchemaException.class);
        assertThatThrownBy(() -> JsonSchema.of(void.class)).hasMessage("void: void is no value");
    }

    sealed interface Sealed permits WithType {}

    record WithType(String type) implements Sealed {}

    @Test
    void aMemberWithTheTagsNameIsRefused() {
        assertThatThrownBy(() -> JsonSchema.of(Sealed.class))
                .hasMessage("Sealed<WithType>.type: has the name of the tag that tells the class; rename one of them");
    }

    @JsonIgnoreProperties("secret")
    public static class Bean {
        public String open = "";
        private int hiddenCount;
        private String secret = "";

        public int getCount() {
            return hiddenCount;
        }

        public void setCount(int count) {
            this.hiddenCount = count;
        }

        public String getSecret() {
            return secret;
        }

        public void setSecret(String secret) {
            this.secret = secret;
        }

        public boolean isEmpty() {
            return hiddenCount == 0;
        }
    }

    @Test
    void anOrdinaryClassHasItsFieldsAndProperties() {
        JsonSchema schema = JsonSchema.of(Bean.class);
        assertThat(required(Bean.class)).containsExactlyInAnyOrder("open", "count");
        assertMember(Bean.class, "empty", "{\"type\": \"boolean\", \"readOnly\": true}");
        assertThat(schema.json().at("/properties/secret")).isEmpty();
        assertThat(schema.validate(Json.of(new Bean()))).isEmpty();
    }

    static class Invisible {
        private final int inside = 1;

        int inside() {
            return inside;
        }
    }

    @Test
    void aClassThatShowsNothingIsRefused() {
        assertThatThrownBy(() -> JsonSchema.of(Invisible.class))
                .hasMessage(
                        "Invisible: nothing of Invisible can be seen: it has no public fields, no getters and setters,"
                                + " and is no record");
    }

    record Id(@JsonValue String text) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        Id {}
    }

    record Order(Id id, Map<Id, Integer> amounts) {}

    @Test
    void aClassWrittenAsOneValueHasTheSchemaOfThatValue() {
        assertMember(Order.class, "id", "{\"type\": \"string\"}");
        assertThat(JsonSchema.of(Order.class).accepts(Json.parse("{\"id\": \"x\", \"amounts\": {\"y\": 1}}")))
                .isTrue();
    }

    record Sparse(
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> tags,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) int count,
            String name) {}

    @Test
    void whatIsNotWrittenWhenEmptyIsNotRequired() {
        assertThat(required(Sparse.class)).containsExactly("name");
        assertThat(JsonSchema.of(Sparse.class).validate(Json.of(new Sparse(List.of(), 0, "a"))))
                .isEmpty();
    }

    record Base(String name, int age) {}

    record Flat(@JsonUnwrapped(prefix = "base_") Base base, String more) {}

    @Test
    void unwrappedMembersStandAmongTheOthers() {
        assertThat(required(Flat.class)).containsExactlyInAnyOrder("base_name", "base_age", "more");
        assertThat(JsonSchema.of(Flat.class).validate(Json.of(new Flat(new Base("a", 1), "b"))))
                .isEmpty();
    }

    record Lossless(String name, Map<String, Json> extra) {}

    @Test
    void aRecordThatKeepsUnknownMembersIsOpen() {
        assertSchema(
                Lossless.class,
                "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\"}}, \"required\": [\"name\"]}");
    }

    record Carrier(JsonSchema schema) {}

    @Test
    void aSchemaIsAValueToo() {
        Carrier carrier = new Carrier(JsonSchema.of(Weather.class));
        Json json = Json.of(carrier);
        assertThat(json.at("/schema")).contains(carrier.schema().json());
        assertThat(json.as(Carrier.class)).isEqualTo(carrier);
        assertThat(JsonSchema.of(Carrier.class).validate(json)).isEmpty();
    }

    @Test
    void theSameTypeGivesTheSameObject() {
        assertThat(JsonSchema.of(Weather.class)).isSameAs(JsonSchema.of(Weather.class));
        assertThat(JsonSchema.of(new TypeRef<List<Weather>>() {}))
                .isSameAs(JsonSchema.of(new TypeRef<List<Weather>>() {}));
    }

    @Test
    void whatATypeSaysIsASchemaByItself() {
        for (Class<?> type : List.of(Weather.class, Gaps.class, Values.class, Figure.class, Team.class, Animal.class)) {
            JsonSchema schema = JsonSchema.of(type);
            assertThat(JsonSchema.of(schema.json())).isEqualTo(schema);
        }
    }
}
