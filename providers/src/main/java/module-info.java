module dev.tenon.providers {
    requires transitive dev.tenon.core;
    requires okhttp3;
    requires org.slf4j;
    requires static org.jspecify;
}
