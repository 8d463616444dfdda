package io.github.beampmml.flink;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The class path of a cluster: a directory before everything else. */
final class Shadow extends URLClassLoader {

  Shadow(Path first) throws MalformedURLException {
    super(urls(first), ClassLoader.getPlatformClassLoader());
  }

  private static URL[] urls(Path first) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    urls.add(first.toUri().toURL());
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Paths.get(part).toUri().toURL());
    }
    return urls.toArray(new URL[0]);
  }

  /** Loads, verifies and initializes the class, and returns what an instance of it says. */
  String run(Class<?> c) throws Exception {
    Class<?> loaded = Class.forName(c.getName(), true, this);
    return (String) ((Supplier<?>) loaded.getDeclaredConstructor().newInstance()).get();
  }
}
