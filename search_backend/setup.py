from setuptools import setup

setup(
    name='registry-index-search',
    version='0.1.0',
    description='docker search for docker-registry v1, answered by a registry-index search service',
    license='Apache-2.0',
    packages=['registry_index_search', 'docker_registry_index'],
    python_requires='>=2.7, !=3.0.*, !=3.1.*, !=3.2.*, !=3.3.*',
)
